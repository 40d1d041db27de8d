"""The verbs of `cases` that change something."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs import Jobs
from casework.seal import Seal
from storage import cases, people
from storage.models import Follower, OutboxMessage
from storage.shelf import Folder
from tests.admin_cli.desk import NOW, StaffDesk

HERE = ("--lat", "13.7563", "--lng", "100.5018")


def test_add_by_telephone(desk: StaffDesk) -> None:
    made = desk.json(
        "cases", "add", "--text", "ไฟดับทั้งซอย", "--category", "light", *HERE, "--urgent", "--by", "malee", "--reason", "r"
    )
    assert (made["channel"], made["status"], made["category"], made["urgent"]) == ("phone_1555", "numbered", "light", True)
    assert (made["district_code"], made["subdistrict"]) == ("1001", "บวรนิเวศ")
    assert made["events"][0]["actor"] == "staff:malee"
    assert desk.events(made["number"])[0].reason == "r"
    assert desk.stored(made["number"]).reporter is None


def test_add_with_little(desk: StaffDesk) -> None:
    made = desk.json("cases", "add", "--text", "ขอบคุณค่ะ", "--kind", "compliment", "--channel", "letter", "--district", "บางรัก")
    assert (made["kind"], made["agency"], made["category"], made["district_code"]) == ("compliment", "1555", "other", "1004")
    assert made["events"][0]["actor"] == "staff:malee"
    assert "entered by malee" in desk.run("cases", "add", "--text", "x").stdout


@pytest.mark.parametrize(
    "typed", ["2026-01-31T09:00:00+07:00", "31/01/2569 09:00", "31 ม.ค. 2569 09:00 น.", "๓๑ มกราคม ๒๕๖๙ 9.00"]
)
def test_received_at(desk: StaffDesk, typed: str) -> None:
    made = desk.json("cases", "add", "--text", "x", "--received-at", typed)
    assert made["created_at"] == made["events"][0]["at"] == "2026-01-31T09:00:00+07:00"
    assert made["number"].startswith("69-")


def test_the_same_external_number_twice(desk: StaffDesk) -> None:
    first = desk.json("cases", "add", "--text", "x", "--external-no", "MIS-1", "--channel", "mis")
    why = desk.no("cases", "add", "--text", "y", "--external-no", " MIS-1 ")
    assert first["number"] in why and "MIS-1" in why
    assert len(desk.json("cases", "list")) == 1


def test_a_district_at_a_border_stands(desk: StaffDesk) -> None:
    from casework.places import locate

    step = next(n for n in range(4000) if len(locate(13.74, 100.5 + n * 1e-5).near) > 1)
    lng = 100.5 + step * 1e-5
    own, other = (code for code, _ in locate(13.74, lng).near[:2])
    for code in (own, other):
        made = desk.json("cases", "add", "--text", "x", "--district", code, "--lat", "13.74", "--lng", str(lng))
        assert made["district_code"] == code


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        (["--lat", "18.7883", "--lng", "98.9853"], 1, "outside Bangkok"),
        (["--lat", "100.5", "--lng", "13.7"], 1, "is not a position"),
        (["--lat", "13.7"], 2, "--lng"),
        ([*HERE, "--district", "1033"], 1, "lies in 1001"),
        (["--category", "roads"], 2, "no category"),
        (["--district", "Chiang Mai"], 1, "no district"),
        (["--channel", "fax"], 2, "--channel"),
        (["--kind", "wish"], 2, "--kind"),
        (["--received-at", "2099-01-01"], 1, "in the future"),
        (["--received-at", "2001-01-01"], 1, "too long ago"),
        (["--received-at", "30/02/2569"], 2, "--received-at"),
        (["--external-no", ""], 2, "--external-no"),
        (["--by", " "], 2, "--by"),
        (["--by", "x" * 60], 2, "--by"),
    ],
)
def test_what_cannot_be_added(desk: StaffDesk, options: list[str], code: int, why: str) -> None:
    assert why in desk.run("cases", "add", "--text", "x", *options, code=code).stderr
    assert desk.json("cases", "list") == []


def test_no_words(desk: StaffDesk) -> None:
    assert desk.no("cases", "add", "--text", "  ") == "There are no words.\n"
    assert "--text" in desk.run("cases", "add", code=2).stderr


def test_status_through_its_life(desk: StaffDesk) -> None:
    number = desk.case()
    said = desk.run("cases", "status", number, "accepted", "--by", "somchai").stdout
    assert "numbered → accepted by somchai" in said and "1 person will be told" in said
    done = desk.json("cases", "status", number, "fixed_reported", "--note", "ซ่อมแล้ว", "--reason", "by radio", "--by", "somchai")
    assert (done["status"], done["owner"]) == ("fixed_reported", "staff:somchai")
    assert done["events"][-1] | {"at": ""} == {"status": "fixed_reported", "actor": "staff:somchai", "note": "ซ่อมแล้ว", "at": ""}
    last = desk.events(number)[-1]
    assert (last.reason, last.told) == ("by radio", False)
    closed = desk.json("cases", "status", number, "closed")
    assert closed["confirmed"] is None
    assert desk.json("cases", "reopen", number, "--note", "อีกแล้ว")["status"] == "reopened"
    assert desk.stored(number).closed_at is None


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("numbered", "already"),
        ("reopened", "cannot become reopened"),
        ("closed", "--reason"),
        ("not_ours", "--note"),
        ("merged", "cases merge"),
        ("forwarded", "cases assign"),
    ],
)
def test_moves_that_are_refused(desk: StaffDesk, to: str, why: str) -> None:
    number = desk.case()
    assert why in desk.no("cases", "status", number, to)
    assert len(desk.events(number)) == 1


def test_words_of_no_list_are_wrong_use(desk: StaffDesk) -> None:
    number = desk.case()
    for call in (
        ("cases", "status", number, "done"),
        ("cases", "list", "--status", "x"),
        ("cases", "list", "--category", "x"),
        ("cases", "list", "--tag", "x"),
        ("cases", "export", "x.csv", "--status", "x"),
        ("threads", "list", "--state", "x"),
        ("registry", "list", "--status", "x"),
        ("announce", "list", "--state", "x"),
        ("announce", "send", "x", "--topic", "x", "--dry-run"),
        ("groups", "code", "--agency", "1004", "--kind", "x"),
        ("map", "--out", "x.html", "--status", "x"),
    ):
        assert "x" in desk.run(*call, code=2).stderr or "done" in call
    for call in (("groups", "code", "--agency", "9999"), ("cases", "list", "--district", "9999")):
        desk.no(*call)


def test_every_verb_refuses_an_unknown_case(desk: StaffDesk) -> None:
    with desk.store.write() as session:
        ghost = cases.new_number(session, NOW)
    real = desk.case()
    calls = (
        ["show", ghost],
        ["status", ghost, "accepted"],
        ["note", ghost, "x"],
        ["assign", ghost, "works"],
        ["reopen", ghost],
    )
    for call in (*calls, ["merge", ghost, real], ["merge", real, ghost]):
        assert desk.no("cases", *call) == f"There is no case {ghost}.\n"


def test_notes(desk: StaffDesk) -> None:
    number = desk.case()
    told = desk.json("cases", "note", number, "ช่างมาวันจันทร์", "--by", "somchai")
    assert told["events"][-1]["note"] == "ช่างมาวันจันทร์" and told["status"] == "numbered"
    assert desk.events(number)[-1].told is False
    kept = desk.json("cases", "note", number, "rude caller", "--internal", "--reason", "third call")
    assert kept["events"][-1]["note"] is None
    event = desk.events(number)[-1]
    assert (event.told, event.reason) == (True, "rude caller (third call)")
    assert "rude caller" in desk.run("cases", "show", number).stdout
    assert "no words" in desk.no("cases", "note", number, " ")


def test_assign(desk: StaffDesk) -> None:
    number = desk.case(category="road", district_code="1001")
    desk.run("cases", "status", number, "accepted")
    now = desk.json("cases", "assign", number, "drainage", "--by", "somchai", "--reason", "a canal")
    assert (now["agency"], now["status"], now["owner"]) == ("drainage", "forwarded", None)
    again = desk.json("cases", "assign", number, "1033")
    assert again["agency"] == "1033" and again["events"][-1]["status"] == "forwarded"
    assert "สำนักงานเขตคลองเตย" in again["events"][-1]["note"]
    assert "already" in desk.no("cases", "assign", number, "1033")
    assert "no agency 9999" in desk.no("cases", "assign", number, "9999")
    desk.run("cases", "status", number, "withdrawn")
    assert "cannot become forwarded" in desk.no("cases", "assign", number, "works")
    assert desk.stored(number).agency == "1033"


def test_merge(desk: StaffDesk) -> None:
    one, other = desk.case(reporter="U1"), desk.case(reporter="U2")
    with desk.store.write() as session:
        cases.follow(session, cases.must(session, one), "U3", NOW)
        cases.follow(session, cases.must(session, one), "U2", NOW)
    merged = desk.json("cases", "merge", one, other, "--by", "somchai", "--reason", "same hole")
    assert (merged["number"], merged["status"], merged["merged_into"]) == (one, "merged", other)
    with desk.store.read() as session:
        assert {f.person for f in session.query(Follower).filter_by(case_id=desk.stored(other).id)} == {"U1", "U3"}
    assert f"merged into {other}" in desk.no("cases", "merge", desk.case(), one)
    assert "merged already" in desk.no("cases", "merge", one, desk.case())
    assert "reason" in desk.no("cases", "reopen", one)
    opened = desk.json("cases", "reopen", one, "--reason", "another hole")
    assert (opened["status"], opened["merged_into"]) == ("reopened", None)


def test_the_scheduler_tells_the_citizen(desk: StaffDesk, tmp_path: Path) -> None:
    number = desk.case(reporter="U1")
    with desk.store.write() as session:
        people.meet(session, "U1", datetime.now(UTC))
    desk.run("cases", "status", number, "inspecting", "--reason", "for us alone")
    desk.run("cases", "note", number, "ช่างมาวันจันทร์")
    desk.run("cases", "note", number, "rude caller", "--internal")
    Jobs(desk.store, desk.rules, lambda: datetime.now(UTC), Folder(tmp_path), seal=Seal("a key"), public_url=None).tell_news()
    with desk.store.read() as session:
        said = [row.messages for row in session.query(OutboxMessage).filter_by(chat="U1").order_by(OutboxMessage.id)]
    assert len(said) == 2 and "ช่างมาวันจันทร์" in said[1]
    assert not any("rude caller" in words or "for us alone" in words for words in said)


def test_merges_that_are_refused(desk: StaffDesk) -> None:
    one, other = desk.case(), desk.case()
    assert "into itself" in desk.no("cases", "merge", one, one)
    desk.run("cases", "status", other, "withdrawn")
    assert "only an open case" in desk.no("cases", "merge", one, other)
    assert desk.stored(one).merged_into is None


def test_cases_that_differ_are_merged_with_a_reason_alone(desk: StaffDesk) -> None:
    one, other = desk.case(category="drain", district_code="1004"), desk.case(category="light", district_code="1021")
    assert "drain and light, 1004 and 1021" in desk.no("cases", "merge", one, other)
    assert "--anyway" in desk.no("cases", "merge", one, other, "--reason", "same spot")
    assert "--reason" in desk.no("cases", "merge", one, other, "--anyway")
    assert desk.stored(one).status == "numbered"
    desk.run("cases", "merge", one, other, "--anyway", "--reason", "same spot")
    assert desk.stored(one).merged_into == other


def test_overdue_counts_from_the_time_it_came(desk: StaffDesk) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=100)).isoformat()
    late = desk.json("cases", "add", "--text", "x", "--received-at", long_ago)["number"]
    assert [each["number"] for each in desk.json("cases", "list", "--overdue")] == [late]
    assert "late" in desk.run("cases", "list", "--overdue").stdout
    desk.run("cases", "status", late, "fixed_reported")
    assert desk.json("cases", "list", "--overdue") == []
