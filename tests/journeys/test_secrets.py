"""Secrets and what citizens wrote never reach logs, figures or the staff's queue: good ways, failures, crashes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from tests.support.citizen import Citizen, compact
from tests.support.fake_line import Call, FakeLine
from tests.support.hatch import FIRST, Hatched, command
from tests.support.pictures import SECRET_MAKE, photo
from tests.support.service import SECRET, TOKEN, Household, Process
from tests.support.waiting import until

Remember = Callable[[Process], Process]
WORDS = {
    "words": "ลับเฉพาะสี่เจ็ดหนึ่งหนึ่ง",
    "English words": "Xylophonic4711Whisper",
    "name": "นายคานารี เหลืองอ่อน",
    "telephone": "081-234-5678",
    "telephone's digits": "0812345678",
    "ID": "1-1037-02071-81-1",
    "laser code": "JC1-1234567-89",
    "number below the photo": "1037-02-07181234",
    "display name": "CanaryDisplayName",
}
DATABASE = "CanaryDatabaseWord4711"
LOUD = "import logging\nlogging.basicConfig(level=logging.DEBUG, format='%(levelname)s %(name)s %(message)s')\n"
"""Before the process begins: every logger at its most talkative."""


class Echo:
    """A LINE that repeats what it was sent in its errors, to those who are to hear no more."""

    def __init__(self, line: FakeLine) -> None:
        self._serve = line.serve
        self.chats: set[str] = set()

    def __call__(self, call: Call) -> tuple[int, Any, dict[str, str]] | None:
        if call.kind in {"reply", "push"}:
            body = call.json
            if body.get("to") in self.chats:
                texts = " ".join(str(m.get("text") or m.get("altText")) for m in body["messages"])
                return 400, {"message": f"Refused: {texts} {body['to']} {call.headers['authorization']}"}, {}
        return self._serve(call)


def canaries(household: Household, *people: Citizen) -> dict[str, str]:
    keys = {"channel secret": SECRET, "access token": TOKEN, "DATA_KEY": household.env["DATA_KEY"], "database": DATABASE}
    return WORDS | keys | {"camera": SECRET_MAKE} | {f"LINE id {n}": p.user for n, p in enumerate(people)}


def looked_through(text: str, secrets: dict[str, str], where: str) -> None:
    found = [name for name, secret in secrets.items() if secret in text]
    assert not found, f"{where} holds {found}: {[line for line in text.splitlines() if secrets[found[0]] in line][:3]}"


@pytest.fixture(params=["usual", "loud"])
def level(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """More of the environment of a process: how much it writes."""
    if request.param == "usual":
        yield {}
        return
    (tmp_path / "loud.py").write_text(LOUD, "utf-8")
    yield {FIRST: str(tmp_path / "loud.py"), "LOG_FORMAT": "json"}


def begun(household: Household, level: dict[str, str]) -> Process:
    """Running."""
    return Hatched(household, env=level).start()


def everything(process: Process, anna: Citizen, bo: Citizen, line: FakeLine, echo: Echo) -> set[str]:
    """Good ways and bad; the reply tokens that were used."""
    tokens: list[str] = []

    def tell(*events: dict[str, Any]) -> None:
        tokens.extend(event["replyToken"] for event in events)
        anna.tell(*events)

    household = process.household
    tell(anna.text(f"ไฟทางดับ {WORDS['words']} {WORDS['English words']} {WORDS['name']} โทร {WORDS['telephone']}"))
    tell(anna.pin(title=WORDS["name"], address=WORDS["words"]))
    tell(anna.photo(photo(5)))
    tell(anna.button("ส่งเรื่อง"))
    (case,) = household.cases(anna.user)
    tell(anna.text(WORDS["ID"]), anna.text(f"1#{WORDS['laser code']}"), anna.text(WORDS["number below the photo"]))
    # What is no picture, and one that is gone.
    tell(anna.photo(b"no picture " + SECRET_MAKE.encode()), anna.photo(statuses=[404]))
    # Pressed with forged data; an event with fields nobody knows.
    tell(anna.event(type="postback", postback={"data": f"k=show&v={WORDS['English words']}"}))
    process.accept(anna.event(type="message", message={"type": WORDS["words"]}, displayName=WORDS["display name"]))
    # Wrongly signed, broken, too deep.
    body = compact([anna.text(WORDS["words"])])
    assert process.post_raw(body, "wrong" + SECRET).status == 401
    assert process.post_raw(body[:-3]).status == 400
    process.post_raw(b'{"events":[' + b"[" * 100_000 + WORDS["words"].encode())
    for path in (f"/cases/{WORDS['English words']}", f"/media/{WORDS['English words']}.jpg?{TOKEN}", "/cases/" + case.number):
        process.get(path)
    # LINE fails, and repeats what it was sent.
    line.fail("push", "500", chat=anna.user)
    household.staff_moves(case.number, "accepted", note=f"{WORDS['words']} {WORDS['telephone']}")
    anna.until_told(WORDS["words"])
    echo.chats.add(anna.user)
    household.staff_moves(case.number, "inspecting", note=f"{WORDS['words']} {WORDS['English words']} {WORDS['telephone']}")
    until(lambda: household.outbox("dead"), why="LINE's refusal")
    # A turn that fails for ever: its event is parked.
    fresh = bo.text(WORDS["words"] + WORDS["telephone"])
    with household.store.write() as session:
        session.execute(
            sql(
                "INSERT INTO inbox (event_id, chat, at, raw, state, attempts, due_at, received_at) "
                "SELECT 'parked', :chat, 1, :raw, 'waiting', 2, min(received_at), min(received_at) FROM inbox"
            ),
            {"chat": bo.user, "raw": json.dumps(fresh, ensure_ascii=False)[:-1]},
        )
    until(lambda: household.events("parked"), why="the event to be parked")
    return set(tokens)


def test_nothing_leaks(household: Household, own_line: FakeLine, processes: Remember, level: dict[str, str]) -> None:
    own_line.allowed = ["unknown call"]
    echo = Echo(own_line)
    own_line.serve = echo  # type: ignore[method-assign]
    process = processes(begun(household, level))
    anna, bo = Citizen(process, own_line), Citizen(process, own_line)
    tokens = everything(process, anna, bo, own_line, echo)
    secrets = canaries(household, anna, bo) | {f"reply token {n}": token for n, token in enumerate(tokens)}
    for path in ("/metrics", "/readyz", "/healthz"):
        looked_through(process.get(path).text, secrets, path)
    queue = command(household, "queue", "list").stdout
    assert "parked" in queue and "dead" in queue
    looked_through(queue, secrets, "queue list")
    assert process.stop() == 0
    assert process.log().count("\n") >= 3
    looked_through(process.log(), secrets, "the log")


def test_staff_see_a_refused_message_without_numbers_and_tokens(
    household: Household, own_line: FakeLine, processes: Remember
) -> None:
    """`queue show` has words, since somebody has to decide; numbers, tokens and secrets are hidden there."""
    echo = Echo(own_line)
    own_line.serve = echo  # type: ignore[method-assign]
    process = processes(Hatched(household).start())
    anna, bo = Citizen(process, own_line), Citizen(process, own_line)
    tokens = everything(process, anna, bo, own_line, echo)
    hidden = {"telephone", "telephone's digits", "ID", "laser code", "number below the photo", "channel secret", "access token"}
    secrets = {k: v for k, v in canaries(household).items() if k in hidden} | {t: t for t in tokens}
    waiting = json.loads(command(household, "queue", "list", "--json").stdout)
    assert {row["state"] for row in waiting} == {"parked", "dead"}
    for row in waiting:
        shown = command(household, "queue", "show", row["id"])
        assert shown.returncode == 0 and shown.stdout
        looked_through(shown.stdout + shown.stderr, secrets, f"queue show {row['id']}")


def test_a_database_that_fails_tells_no_secret(tmp_path: Path, own_line: FakeLine) -> None:
    """No server there, a wrong URL, a damaged file: the reason, never the password."""
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"no database " * 1000)
    for number, url in enumerate(
        (
            f"postgresql://rongtook:{DATABASE}@127.0.0.1:1/x?connect_timeout=2",
            f"postgresql://rongtook:{DATABASE}@[bad/x",
            f"nosuchdatabase://rongtook:{DATABASE}@127.0.0.1/x",
            f"sqlite:///{damaged}",
        )
    ):
        household = Household(tmp_path / f"house{number}", own_line.url, database_url=url)
        process = Hatched(household).begin()
        assert process.ends() != 0
        looked_through(process.log(), canaries(household), url.partition(":")[0])
        for verb in (("doctor",), ("db", "check")) if number in {0, 3} else ():
            done = command(household, *verb)
            looked_through(done.stdout + done.stderr, canaries(household), f"{verb} {url.partition(':')[0]}")


def test_a_database_that_fails_in_mid_run_tells_nothing_of_what_was_written(
    household: Household, own_line: FakeLine, processes: Remember, level: dict[str, str]
) -> None:
    process = processes(begun(household, level))
    anna = Citizen(process, own_line)
    anna.say("เมนู")
    with household.store.write(durable=True) as session:
        session.execute(sql("ALTER TABLE talks RENAME TO talks_away"))
    event = anna.text(f"ไฟทางดับ {WORDS['words']} {WORDS['telephone']}")
    process.accept(event)
    until(lambda: household.events("parked"), why="the event to be parked")
    with household.store.write(durable=True) as session:
        session.execute(sql("ALTER TABLE inbox RENAME TO inbox_away"))
    assert process.post(anna.text(WORDS["words"])).status == 500
    for path in ("/readyz", "/metrics"):
        looked_through(process.get(path).text, canaries(household, anna), path)
    process.kill()
    looked_through(process.log(), canaries(household, anna) | {"token": event["replyToken"]}, "the log")
