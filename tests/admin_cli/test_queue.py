"""`queue`: parked events and dead messages."""

import json
from datetime import timedelta

import pytest

from casework.contact import hide
from storage import inbox, outbox
from storage.models import InboxEvent, OutboxMessage
from tests.admin_cli.desk import NOW, StaffDesk

EVENT = {
    "type": "message",
    "webhookEventId": "01HZX0000000000000000000AB",
    "replyToken": "secret-token",
    "source": {"type": "user", "userId": "Uabcdef0a1b2c3d4e5f6abcdef0a1b2c3"},
    "message": {"id": "468789577898262530", "type": "text", "text": "โทร 081-234-5678 บัตร JC1-1234567-89 เรื่อง"},
}


@pytest.fixture
def stuck(desk: StaffDesk) -> tuple[str, str]:
    """A parked event and a dead message."""
    with desk.store.write() as session:
        inbox.keep(session.connection(), [inbox.RawEvent("E1", "U1", 1, json.dumps(EVENT))], NOW)
        row = session.query(InboxEvent).one()
        row.state, row.attempts, row.error = "parked", 3, "KeyError at report.py:12"
        outbox.owe(session, "U1", [{"type": "text", "text": "Tel 0812345678"}], NOW, reply_token="t", reply_until=NOW)
        message = session.query(OutboxMessage).one()
        message.state, message.attempts, message.error, message.via = "dead", 2, "400 bad", "reply"
        message.first_tried_at = NOW - timedelta(days=2)
    return f"event-{row.id}", f"message-{message.id}"


def test_empty(desk: StaffDesk) -> None:
    assert desk.json("queue", "list") == []
    assert "Nothing is parked" in desk.run("queue", "list").stdout


def test_list_and_show(desk: StaffDesk, stuck: tuple[str, str]) -> None:
    listed = desk.json("queue", "list")
    assert [(each["id"], each["state"], each["attempts"]) for each in listed] == [
        (stuck[0], "parked", 3),
        (stuck[1], "dead", 2),
    ]
    for name in stuck:
        assert name in desk.run("queue", "list").stdout
        for said in (desk.run("queue", "show", name).stdout, desk.run("queue", "show", name, "--json").stdout):
            for secret in ("0812345678", "081-234-5678", "1234567", "secret-token"):
                assert secret not in said
    shown = desk.json("queue", "show", stuck[0])
    assert shown["content"]["message"]["id"] == "468789577898262530"
    assert "เรื่อง" in shown["content"]["message"]["text"]


def test_retry(desk: StaffDesk, stuck: tuple[str, str]) -> None:
    for name in stuck:
        assert desk.json("queue", "retry", name, "--by", "somchai")["state"] == "waiting"
    assert desk.json("queue", "list") == []
    with desk.store.read() as session:
        event, message = session.query(InboxEvent).one(), session.query(OutboxMessage).one()
        assert (event.attempts, message.attempts, message.reply_token) == (0, 0, None)
        assert event.due_at >= NOW and message.due_at >= NOW
        assert [w.id for w in inbox.heads(session, NOW + timedelta(hours=1), 5)] == [event.id]
        (owed,) = outbox.heads(session, NOW + timedelta(hours=1), 5)
        assert not outbox.fresh(owed, NOW) and owed.first_tried_at is None and owed.retry_key == message.retry_key
    assert "waiting" in desk.no("queue", "retry", stuck[0])


def test_drop(desk: StaffDesk, stuck: tuple[str, str]) -> None:
    for name in stuck:
        desk.json("queue", "drop", name, "--by", "somchai", "--reason", "left")
    assert desk.json("queue", "list") == []
    with desk.store.read() as session:
        event, message = session.query(InboxEvent).one(), session.query(OutboxMessage).one()
        assert (event.state, event.raw, message.state, message.messages) == ("done", None, "dropped", "[]")
        assert event.error == message.error == "dropped by somchai: left"
    assert "does not wait" in desk.no("queue", "show", stuck[1])


@pytest.mark.parametrize(
    "name", ["event-99", "message-99", "event-", "event-x", "99", "case-1", "event--1", "event-" + "9" * 30, "event-๑"]
)
@pytest.mark.parametrize("verb", ["show", "retry", "drop"])
def test_unknown(desk: StaffDesk, verb: str, name: str) -> None:
    assert f"There is no {name}" in desk.no("queue", verb, name)


@pytest.mark.parametrize(
    "secret",
    [
        "0812345678",
        "๐๘๑-๒๓๔-๕๖๗๘",
        "02 234 5678",
        "1-1037-02071-81-1",
        "1040-02-12345678",
        "JC1-1234567-89",
        "jc1 1234567 89",
        "4111 1111 1111 1111",
    ],
)
def test_hidden_numbers(secret: str) -> None:
    hidden = hide(f"ก {secret} ข")
    assert sum(c.isdigit() for c in hidden) == 2 and hidden.endswith(" ข")


def test_case_numbers_are_not_hidden(desk: StaffDesk) -> None:
    number = desk.case()
    assert hide(f"เรื่อง {number} ค่ะ 191") == f"เรื่อง {number} ค่ะ 191"
