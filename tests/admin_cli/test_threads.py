"""`threads`: who waits, what was said, answering, taking, closing, figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet, MultiFernet

from casework.refusals import Refused
from storage import audit, threads, threads_staff
from storage.threads import Said
from tests.admin_cli.desk import NOW, StaffDesk

KEY = Fernet.generate_key().decode()
BOX = MultiFernet([Fernet(KEY)])


@pytest.fixture
def asked(desk: StaffDesk) -> StaffDesk:
    """Two conversations and a question with a number wait."""
    desk.env["DATA_KEY"] = KEY
    with desk.store.write() as session:
        for n, person in enumerate(("U1", "U2")):
            at = NOW - timedelta(minutes=50 - n)
            threads.say(session, person, Said("text", f"คำถามของ {person} \x1b[31m"), desk.rules, BOX, at)
    desk.question = desk.case("ต้องใช้เอกสารอะไร โทร 081-234-5678", kind="inquiry", ago=timedelta(hours=2))  # type: ignore[attr-defined]
    return desk


def test_who_waits_is_listed_the_longest_first(asked: StaffDesk) -> None:
    rows = asked.json("threads", "list", "--unanswered")
    assert [(r["id"], r["case_number"]) for r in rows] == [(None, asked.question), (1, None), (2, None)]  # type: ignore[attr-defined]
    assert "2345678" not in str(rows) and "คำถามของ" not in str(rows)
    assert [r["id"] for r in asked.json("threads", "list")] == [2, 1]
    assert asked.json("threads", "list", "--state", "closed") == []
    assert "U1" not in asked.run("threads", "list").output
    asked.run("threads", "list", "--state", "half", code=2)


def test_looking_is_written_down(asked: StaffDesk) -> None:
    shown = asked.json("threads", "show", "#1", "--by", "somchai", "--reason", "asked by telephone")
    assert shown["messages"][0]["words"].startswith("คำถามของ U1")
    output = asked.run("threads", "show", "1").output
    assert "\x1b" not in output and "น.  citizen: คำถามของ U1" in output
    with asked.store.read() as session:
        found = [(d.who, d.what, d.thing, d.reason) for d in audit.latest(session, 9)]
    assert ("somchai", "threads show", "thread 1", "asked by telephone") in found and len(found) == 2
    assert "no conversation 77" in asked.no("threads", "show", "77")
    assert "neither" in asked.no("threads", "show", "xx")
    assert "is a case" in asked.no("threads", "show", asked.question)  # type: ignore[attr-defined]


def test_answers_reach_conversations_and_questions(asked: StaffDesk) -> None:
    number: str = asked.question  # type: ignore[attr-defined]
    assert asked.json("threads", "reply", "1", "สวัสดีค่ะ", "--by", "malee")["waits_since"] is None
    assert "malee answered as well" in asked.run("threads", "reply", "1", "อีกคำ", "--by", "somchai").output
    asked.run("threads", "reply", "2", "--canned", "photo")
    assert "not sent again" in asked.run("threads", "reply", "2", "--canned", "photo").output
    assert asked.json("threads", "reply", number, "ใช้แบบ ข.1 ค่ะ")["case_number"] == number
    (quiet,) = asked.json("threads", "list", "--answered")
    assert quiet["case_number"] == number and quiet["closes_at"] > quiet["answered_at"] and "2345678" not in str(quiet)
    asked.run("threads", "list", "--answered", "--unanswered", code=2)
    assert [(e.kind, e.told) for e in asked.events(number)][-1] == ("replied", False)
    assert asked.json("threads", "list", "--unanswered") == []
    assert {c["key"] for c in asked.json("threads", "canned")} >= {"photo", "thanks"}
    assert "no prepared answer" in asked.run("threads", "reply", "1", "--canned", "x", code=2).stderr
    assert "no question" in asked.no("threads", "reply", asked.case(), "x")
    asked.run("threads", "reply", "1", code=2)
    asked.run("threads", "reply", "1", "x", "--canned", "photo", code=2)


def test_take_close_and_figures(asked: StaffDesk) -> None:
    assert asked.json("threads", "take", "1", "--by", "malee")["owner"] == "staff:malee"
    assert asked.json("threads", "take", "1", "--by", "somchai")["owner"] == "staff:somchai"
    asked.run("threads", "reply", "1", "ค่ะ")
    assert asked.json("threads", "close", "1")["closed_by"] == "officer"
    assert "closed" in asked.no("threads", "close", "1") and "closed" in asked.no("threads", "take", "1")
    with asked.store.write() as session:
        assert threads.rate(session, "U1", 1, 4, NOW)
        assert not threads.rate(session, "U1", 1, 5, NOW)
        with pytest.raises(Refused):
            threads.rate(session, "U2", 1, 5, NOW)
        with pytest.raises(Refused):
            threads.rate(session, "U2", 2, 5, NOW)
    (day,) = asked.json("threads", "figures")[-1:]
    assert day["begun"] + asked.json("threads", "figures")[0]["begun"] >= 2
    assert sum(d["answered"] for d in asked.json("threads", "figures")) == 1
    assert [d["stars"] for d in asked.json("threads", "figures") if d["rated"]] == [4.0]


def test_a_closed_case_is_not_answered(asked: StaffDesk) -> None:
    number: str = asked.question  # type: ignore[attr-defined]
    asked.run("cases", "status", number, "closed", "--reason", "answered by telephone")
    assert [r["id"] for r in asked.json("threads", "list", "--unanswered")] == [1, 2]
    assert "is over" in asked.no("threads", "reply", number, "x")
    with asked.store.read() as session, pytest.raises(Refused):
        threads_staff.thread_of(session, "99")
