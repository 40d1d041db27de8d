"""`announce` at the keyboard: reach and cost first, refusals with what to do, cancelling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from storage.models import OutboxMessage, Person
from storage.models_groups import Deed
from storage.models_news import Announcement, Subscription
from tests.admin_cli.desk import StaffDesk

SOON = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
LATER = (datetime.now(UTC) + timedelta(hours=5)).isoformat()


@pytest.fixture
def readers(desk: StaffDesk) -> StaffDesk:
    """Three who follow บางแค, two of whom chose a topic, and two who follow nothing."""
    now = datetime.now(UTC)
    with desk.store.write() as session:
        for n in range(5):
            session.add(Person(id=f"U{n:032x}", language="th", follows=True, created_at=now))
        chosen = [(0, "district", "1040"), (1, "district", "1040"), (2, "district", "1040"), (1, "topic", "flood")]
        session.add_all(Subscription(person=f"U{n:032x}", kind=kind, code=code, at=now) for n, kind, code in chosen)
    return desk


def count(desk: StaffDesk, table: type) -> int:
    with desk.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_dry_run_tells_reach_and_cost_and_writes_nothing(readers: StaffDesk) -> None:
    shown = readers.json("announce", "send", "น้ำไม่ไหล", "--district", "บางแค", "--until", LATER, "--dry-run")
    assert (shown["id"], shown["reach"], shown["cost"], shown["end_cost"], shown["fits"]) == (None, 3, 3, 3, True)
    assert readers.json("announce", "send", "น้ำไม่ไหล", "--dry-run")["reach"] == 5
    assert readers.json("announce", "send", "น้ำไม่ไหล", "--topic", "flood", "--dry-run")["reach"] == 3
    assert "reach 3 people" in readers.run("announce", "send", "x", "--district", "เขตบางแค", "--dry-run").stdout
    assert not count(readers, Announcement) and not count(readers, Deed) and not count(readers, OutboxMessage)


def test_sending_looking_cancelling(readers: StaffDesk) -> None:
    made = readers.json(
        "announce", "send", "ปิดถนน", "--title", "จราจร", "--district", "1040", "--at", SOON, "--until", LATER, "--by", "malee"
    )
    assert (made["reach"], made["cost"], made["state"], made["districts"]) == (3, 3, "scheduled", ["1040"])
    assert [row["id"] for row in readers.json("announce", "list", "--state", "scheduled")] == [made["id"]]
    assert "1040" in readers.run("announce", "list").stdout
    shown = readers.json("announce", "show", str(made["id"]))
    assert (shown["made_by"], shown["waves"], shown["left_out"]) == ("malee", {}, 0)
    assert "ปิดถนน" in readers.run("announce", "show", str(made["id"])).stdout
    assert readers.json("announce", "cancel", str(made["id"]), "--reason", "ผิดวัน")["state"] == "cancelled"
    assert "cancelled already" in readers.no("announce", "cancel", str(made["id"]))
    with readers.store.read() as session:
        assert [deed.what for deed in session.scalars(select(Deed))] == ["announce send", "announce cancel"]


@pytest.mark.parametrize(
    "words, why",
    [
        (("", "--district", "1040"), "no words"),
        (("\u200b \n", "--district", "1040"), "no words"),
        (("ก" * 1001,), "1001 letters; 1000 are allowed"),
        (("ก" + "\u0e49" * 4500,), "bytes"),
        (("x", "--district", "บางเเค"), "Did you mean บางแค (1040)"),
        (("x", "--district", "1999"), "no district 1999"),
        (("x", "--at", "2020-01-01"), "is past"),
        (("x", "--until", "2020-01-01"), "is past"),
        (("x", "--at", LATER, "--until", SOON), "before it begins"),
        (("x", "--image", "http://example.org/x.jpg"), "https://"),
        (("x", "--en-title", "News"), "--en"),
    ],
)
def test_what_will_not_do_is_refused(readers: StaffDesk, words: tuple[str, ...], why: str) -> None:
    assert why in readers.no("announce", "send", *words)
    assert not count(readers, Announcement)


def test_no_time_is_wrong_usage(readers: StaffDesk) -> None:
    assert "Did you mean flood" in readers.run("announce", "send", "x", "--topic", "flod", code=2).stderr
    readers.run("announce", "send", "x", "--at", "yesterday", code=2)
    readers.run("announce", "list", "--state", "flying", code=2)
    assert "no announcement 99" in readers.no("announce", "show", "99")


def test_what_does_not_fit_the_month(readers: StaffDesk, tmp_path_factory: pytest.TempPathFactory) -> None:
    rules = tmp_path_factory.mktemp("rules") / "rules.toml"
    rules.write_text("[push]\nmonthly_budget = 4\n")
    env = {"RULES_FILE": str(rules)}
    many = ("announce", "send", "ข่าว", "--district", "1040", "--until", LATER)
    assert "6 messages, 3 are left: of 4 this month 0 are used" in readers.run(*many, code=1, **env).stderr
    assert "give --reason" in readers.run(*many, "--over-budget", code=1, **env).stderr
    made = readers.json(*many, "--over-budget", "--reason", "น้ำท่วมใหญ่", RULES_FILE=str(rules))
    assert made["fits"] is False and made["state"] == "scheduled"


def test_the_same_text_again_needs_saying_so(readers: StaffDesk) -> None:
    first = readers.json("announce", "send", "ปิดถนน", "--district", "1040")
    assert f"announcement {first['id']}" in readers.no("announce", "send", " ปิด ถนน", "--district", "1040")
    assert readers.json("announce", "send", "ปิดถนน", "--district", "1040", "--again")["id"] != first["id"]


def test_who_follows_what(readers: StaffDesk) -> None:
    found = {(row["kind"], row["code"]): row["people"] for row in readers.json("announce", "audience")}
    assert found["district", "1040"] == 3 and found["topic", "flood"] == 1 and found["topic", "air"] == 0
    assert "บางแค" in readers.run("announce", "audience").stdout
