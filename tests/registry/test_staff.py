"""What officers do on the command line and what the citizen and the office's group hear of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import text as sql

from casework import appointments, rules
from casework import registry as rules_of_registry
from casework.refusals import Refused
from casework.registry import Order
from casework.rules import Rules
from casework.thai_time import bangkok
from storage import audit, groups, registry
from storage.models_registry import Consent, RegistryRequest
from tests.admin_cli.desk import StaffDesk
from tests.registry.desk import ASKED, LASER, PHOTO, Registrar, at
from tests.support.reading import words
from tests.talks.theatre import Stage, play

KEY, OLD = Fernet.generate_key().decode(), Fernet.generate_key().decode()
REASON = "ตรวจกับฐานข้อมูลทะเบียน"


def test_from_asking_to_stars(stage: Stage) -> None:
    office = Registrar(stage)
    group = "C" + "1" * 32
    with stage.store.write() as session:
        made = groups.meet(session, group, stage.now)
        code, _ = groups.issue(session, stage.seal.code_keys()[0], "1040", None, 1, stage.now, "test")
        assert groups.bind(session, stage.seal.code_keys(), code, made, stage.now)
    actor = play(stage, ASKED)
    office.sweep()
    ((chat, message),) = stage.sent()
    assert chat == group and "คำขอที่ 1 คัดสำเนาทะเบียนบ้าน" in words(message) and "1 ธ.ค. 2569" in words(message)

    office.approve(when=at("2026-12-01T10:15"))
    office.sweep()
    ((chat, message),) = stage.sent()
    assert chat == actor.person
    assert all(w in words(message) for w in ("อนุมัติแล้วค่ะ", "10:15", "20 บาท", "บัตรประชาชนตัวจริง"))
    assert office.row().remind_at == at("2026-11-30T18:00")

    stage.now = at("2026-11-30T17:59").astimezone(UTC)
    office.sweep()
    assert stage.sent() == []
    stage.now += timedelta(minutes=1)
    office.sweep()
    office.sweep()
    ((chat, message),) = stage.sent()
    assert "พรุ่งนี้มีนัดค่ะ" in words(message)

    stage.now = at("2026-12-01T10:20").astimezone(UTC)
    office.collected()
    office.sweep()
    ((chat, message),) = stage.sent()
    assert chat == actor.person and "พอใจกับบริการ" in words(message)
    play(stage, "คุณ: 4 ดาว\n1555: ขอบคุณสำหรับคะแนนค่ะ", actor.person)
    assert office.row().stars == 4
    with stage.store.read() as session:
        consent = session.query(Consent).one()
        assert (consent.person, consent.given, consent.version, consent.purpose) == (actor.person, True, "2569-1", "registry")
        assert [d.what for d in audit.latest(session, 9)] == ["registry collected", "registry approved"]
        assert office.row().consent_at == consent.at


def test_stars_by_their_button(stage: Stage) -> None:
    office = Registrar(stage)
    actor = play(stage, ASKED)
    office.approve()
    office.collected()
    office.sweep()
    actor.hears()
    assert "ขอบคุณสำหรับคะแนน" in words(actor.does("[5 ดาว]")[-1])
    assert office.row().stars == 5


def test_rejected_with_a_reason_and_erased(stage: Stage) -> None:
    office = Registrar(stage)
    actor = play(stage, ASKED)
    with pytest.raises(Refused, match="reject_needs_reason"):
        office.reject(reason=" ")
    office.reject()
    office.sweep()
    (message,) = [m for c, m in stage.sent() if c == actor.person]
    assert "ไม่พบรายการ" in words(message)
    row = office.row()
    assert (row.laser, row.photo, row.slot) == (None, None, None)
    for late in (office.approve, office.collected):
        with pytest.raises(Refused, match="request_is"):
            late()


@pytest.mark.parametrize(
    "when, why",
    [
        ("2026-12-05T10:00", "weekend"),
        ("2026-12-07T10:00", "holiday"),
        ("2026-12-01T16:00", "hours"),
        ("2026-12-01T07:59", "hours"),
        ("2026-11-20T10:00", "past"),
        ("2027-11-22T10:00", "far"),
    ],
)
def test_times_at_which_nobody_is_there(stage: Stage, when: str, why: str) -> None:
    play(stage, ASKED)
    with pytest.raises(Refused, match=f"registry_{why}"):
        Registrar(stage).approve(when=at(when))
    assert Registrar(stage).row().status == "asked"


def test_an_officer_cannot_overbook_either(stage: Stage) -> None:
    play(stage, ASKED)
    with stage.store.write() as session:
        for _ in range(4):
            assert registry.book(session, "1040", at("2026-12-02T09:00"), 4)
    with pytest.raises(Refused, match="slot_full"):
        Registrar(stage).approve(when=at("2026-12-02T09:00"))
    assert Registrar(stage).row().slot == at("2026-12-01T08:00")


def test_a_reminder_whose_evening_is_over_is_none() -> None:
    laid = rules.load()
    agreed = at("2026-12-01T10:00")
    assert appointments.reminder(laid, agreed, at("2026-11-30T17:00")) == at("2026-11-30T18:00")
    assert appointments.reminder(laid, agreed, at("2026-11-30T18:00")) is None


def test_fees_are_dated_rules() -> None:
    laid = Rules({"registry_fees": {"1": "2568-10-01:10 2570-01-01:12.50"}})
    fee = rules_of_registry.fee
    assert fee(laid, "1", at("2026-12-31T10:00").date(), 2) == 20
    assert fee(laid, "1", at("2027-01-01T10:00").date(), 2) == 25
    assert fee(laid, "1", at("2020-01-01T10:00").date(), 2) is None
    assert fee(laid, "5", at("2027-01-01T10:00").date(), 2) is None
    for wrong in ("x", "-1", "1.234", "NaN", "1e9", ""):
        with pytest.raises(Refused, match="no_fee"):
            rules_of_registry.money(wrong)


# The command line.


@pytest.fixture
def counter(desk: StaffDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[StaffDesk]:
    """A desk with one request, encrypted with an old key that stands second."""
    desk.env |= {"DATA_KEY": OLD}
    box = MultiFernet([Fernet(OLD)])

    def sealed(words_: str) -> str:
        return box.encrypt(words_.encode()).decode()

    with desk.store.write() as session:
        slot = appointments.slots(desk.rules, _working_day(), datetime.now(UTC))[4]
        assert registry.book(session, "1040", slot, 4)
        order = Order("1", "1040", 2, slot, laser=sealed("JC1123456789"), photo=sealed("10400212345678"))
        registry.make(session, "U1", order, datetime.now(UTC))
    yield desk


def _working_day() -> Any:
    day = bangkok(datetime.now(UTC)).date() + timedelta(days=3)
    while not appointments.slots(rules.load(), day, datetime.now(UTC)):
        day += timedelta(days=1)
    return day


def test_numbers_are_masked_and_each_look_is_written_down(counter: StaffDesk) -> None:
    (row,) = counter.json("registry", "list")
    assert (row["id"], row["service"], row["office"], row["status"]) == (1, "1", "1040", "asked")
    assert row["wanted_at"] and row["agreed_at"] is None and row["reminder_due"] is None
    shown = counter.json("registry", "show", "1")
    assert shown["laser"].endswith("•89") and shown["photo"].endswith("•78") and shown["check"] == "well_formed"
    assert "12345" not in json.dumps(shown)
    assert "give --reason" in counter.no("registry", "show", "1", "--reveal")
    clear = counter.json("registry", "show", "1", "--reveal", "--by", "malee", "--reason", REASON)
    assert (clear["laser"], clear["photo"]) == (LASER.replace("-", ""), PHOTO.replace("-", ""))
    with counter.store.read() as session:
        (deed,) = audit.latest(session, 9)
    assert (deed.who, deed.what, deed.thing, deed.reason) == ("malee", "registry reveal", "1", REASON)


def test_approve_reject_collect_on_the_command_line(counter: StaffDesk) -> None:
    assert "give --fee" in counter.no("registry", "approve", "1")
    assert "does not add up" in counter.no("registry", "approve", "1", "--fee", "20", "--citizen-id", "1234567890123")
    approved = counter.json("registry", "approve", "1", "--fee", "20", "--citizen-id", "1-1037-02071-81-1", "--by", "malee")
    assert (approved["status"], approved["fee"], approved["agreed_at"]) == ("approved", 20, approved["wanted_at"])
    assert approved["reminder_due"].endswith("T18:00:00+07:00")
    (waits,) = counter.json("registry", "waits")
    assert (waits["office"], waits["asked"], waits["approved"], waits["collected"]) == ("1040", 1, 1, 0)
    collected = counter.json("registry", "collected", "1", "--by", "malee")
    assert collected["status"] == "collected"
    assert counter.json("registry", "show", "1")["laser"] is None
    assert "collected" in counter.no("registry", "reject", "1", "--reason", "x")
    assert "no registry request" in counter.no("registry", "show", "99")
    (waits,) = counter.json("registry", "waits")
    assert waits["hours_to_approval"] is not None and waits["hours_to_pickup"] is not None
    assert counter.json("registry", "list", "--status", "asked") == []
    counter.run("registry", "list", "--status", "lost", code=2)
    assert "collected" in counter.run("registry", "list").stdout


def test_times_and_money_in_words(counter: StaffDesk) -> None:
    day = _working_day()
    free = counter.run("registry", "slots", "--office", "1040", "--day", day.isoformat()).stdout
    assert str(day.year + 543) in free and "+07:00" not in free
    said = counter.run("registry", "approve", "1", "--fee", "20", "--citizen-id", "1-1037-02071-81-1", "--by", "malee").stdout
    assert ", 20 baht, " in said and str(day.year + 543) in said and "+07:00" not in said


def test_a_new_key_and_the_old_one_thrown_away(counter: StaffDesk) -> None:
    both, new = f"{KEY},{OLD}", KEY
    parked = {"type": "message", "message": {"id": "1", "sealed": Fernet(OLD).encrypt(b'{"text":"1#"}').decode()}}
    talk = {
        "laser": Fernet(OLD).encrypt(b"x").decode(),
        "undo": {"photo": Fernet(OLD).encrypt(b"y").decode()},
        "office": "1040",
    }
    with counter.store.write() as session:
        session.execute(
            sql(
                "INSERT INTO inbox (event_id, chat, at, raw, state, attempts, due_at, received_at) "
                "VALUES ('p', 'U1', 1, :raw, 'parked', 3, :now, :now)"
            ),
            {"raw": json.dumps(parked), "now": "2026-11-21 00:00:00.000000"},
        )
        session.execute(
            sql(
                "INSERT INTO talks (chat, person, flow, state, data, open, current, created_at, touched_at) "
                "VALUES ('U1', 'U1', 'registry', 'when', :data, 1, 1, :now, :now)"
            ),
            {"data": json.dumps(talk), "now": "2026-11-21 00:00:00.000000"},
        )
    assert "another DATA_KEY" in counter.run("registry", "show", "1", code=1, DATA_KEY=new).stderr
    assert "Nothing was changed" in counter.run("db", "rekey", code=1, DATA_KEY=new).stderr
    done = counter.json("db", "rekey", "--by", "malee", DATA_KEY=both)
    assert done["registry_requests.laser"] == 1 and done["talks.data"] == 2 and done["inbox.raw"] == 1
    assert counter.json("registry", "show", "1", DATA_KEY=new)["laser"].endswith("89")
    with counter.store.read() as session:
        raw, data = session.execute(sql("SELECT raw, (SELECT data FROM talks) FROM inbox")).one()
    assert Fernet(KEY).decrypt(json.loads(raw)["message"]["sealed"]) == b'{"text":"1#"}'
    assert Fernet(KEY).decrypt(json.loads(data)["undo"]["photo"]) == b"y"


def test_a_sixth_service_is_one_file(tmp_path: Path) -> None:
    for file in rules_of_registry.FOLDER.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    sixth = (tmp_path / "1_house.toml").read_text("utf-8").replace("ทะเบียนบ้าน", "สูติบัตร")
    (tmp_path / "6_birth.toml").write_text(sixth, "utf-8")
    found = rules_of_registry.services(tmp_path)
    assert [*found] == ["1", "2", "3", "4", "5", "6"] and found["6"].secret
    (tmp_path / "7_wrong.toml").write_text(sixth.replace('"form"', '"magic"'), "utf-8")
    rules_of_registry.services.cache_clear()
    with pytest.raises(ValueError, match=r"7_wrong.*magic"):
        rules_of_registry.services(tmp_path)


def test_every_column_that_is_encrypted_stays_so(stage: Stage) -> None:
    play(stage, ASKED)
    with stage.store.read() as session:
        row = session.query(RegistryRequest).one()
        assert row.laser is not None and stage.box.decrypt(row.laser) == LASER.replace("-", "").encode()
        assert row.photo is not None and stage.box.decrypt(row.photo) == PHOTO.replace("-", "").encode()
