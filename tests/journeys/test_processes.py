"""Several processes on one database, SQLite and PostgreSQL; starts that must fail; the core on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.citizen import Citizen, name
from tests.support.fake_line import FakeLine
from tests.support.hatch import Hatched, command
from tests.support.reading import words
from tests.support.service import Household, Process
from tests.support.waiting import until

Remember = Callable[[Process], Process]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, own_line: FakeLine, tmp_path: Path) -> Iterator[Household]:
    """An installation on either database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    made = Household(tmp_path / "house", own_line.url, database_url=url)
    yield made
    made.close()


def test_web_two_workers_two_schedulers(house: Household, own_line: FakeLine, processes: Remember) -> None:
    """Started together on an empty database: one schema, one case each, nothing said twice, news told once."""
    roles = ["web", "worker", "worker", "scheduler", "scheduler"]
    crew = [processes(Hatched(house, role).begin()) for role in roles]
    for process in crew:
        process.ready()
    people = [Citizen(crew[0], own_line) for _ in range(4)]
    numbers: dict[str, str] = {}
    failures: list[BaseException] = []

    def report(person: Citizen) -> None:
        try:
            numbers[person.user] = person.report(f"เสาไฟเอียง {name(person)}")
        except BaseException as problem:
            failures.append(problem)

    threads = [threading.Thread(target=report, args=[p]) for p in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    assert len(set(numbers.values())) == len(people)
    for status in ("accepted", "inspecting"):
        for person in people:
            house.staff_moves(numbers[person.user], status, note=f"ขั้น {status}")
    for person in people:
        person.until_told("ขั้น inspecting")
    house.until_quiet()
    for person in people:
        (case,) = house.cases(person.user)
        assert case.text == f"เสาไฟเอียง {name(person)}"
        assert [d.via for d in own_line.received(person.user)] == ["reply"] * 4 + ["push"] * 2
        said = " ".join(map(words, own_line.messages(person.user)))
        assert said.index("ขั้น accepted") < said.index("ขั้น inspecting")
    assert not house.events("parked") and not house.outbox("dead", "unsure")
    for process in crew:
        assert process.stop() == 0, process.log()
        assert "Traceback" not in process.log()


@pytest.mark.parametrize("house", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_the_core_on_postgresql_as_well(house: Household, own_line: FakeLine, processes: Remember) -> None:
    process = processes(Hatched(house).start())
    anna, bo = Citizen(process, own_line), Citizen(process, own_line)
    hostile = "ถนน\x00เป็นหลุม 😀 {0} '; -- \ud800 \U0010fffd"
    anna.tell(anna.text(hostile), anna.pin(), anna.photo())
    press = anna.button("ส่งเรื่อง")
    anna.tell(press)
    process.accept(press)
    (case,) = house.cases(anna.user)
    assert case.text.startswith("ถนน\x00เป็นหลุม 😀 {0} '; -- \ufffd")
    house.until_quiet()
    strange = anna.event(type="postback", postback={"data": "k=show&v=%00%00"}, webhookEventId="\x00\ud800")
    good = bo.text("เมนู")
    process.accept(strange, good, bo.event(type="unsend", unsend={"messageId": "\x00"}))
    bo.hears(good)
    house.staff_moves(case.number, "fixed_reported", note="เสร็จ\x00แล้ว")
    anna.until_told("เรียบร้อยจริงไหมคะ")
    anna.press("แก้ไขแล้วจริง")
    assert [c.status for c in house.cases(anna.user)] == ["closed"]
    assert case.number in " ".join(map(words, bo.say(case.number)))
    assert process.get(f"/cases/{case.number}").status == 200
    house.until_quiet()
    assert not [(event.error, event.raw) for event in house.events("parked")]
    # Killed and started again on the same database: all is still there.
    process.kill()
    process.start()
    assert case.number in " ".join(map(words, anna.say("ติดตามเรื่อง")))
    assert process.stop() == 0
    assert "Traceback" not in process.log()


def test_a_dead_workers_messages_are_taken_over(household: Household, own_line: FakeLine, processes: Remember) -> None:
    """The process that was sending is gone for good; another on the machine takes over when it starts."""
    web = processes(Hatched(household, "web").start())
    first = processes(Hatched(household, "worker").start())
    anna = Citizen(web, own_line)
    own_line.fail("push", "hang", chat=anna.user)
    event = anna.text("เมนู")
    del event["replyToken"]
    web.accept(event)
    until(lambda: own_line.tried(anna.user, "push"), why="the push")
    first.kill()
    own_line.release()
    processes(Hatched(household, "worker").start())
    anna.until_told("แจ้งปัญหา")
    assert len(own_line.received(anna.user)) == 1
    assert len({c.retry_key for c in own_line.tried(anna.user, "push")}) == 1


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"DATA_KEY": ""}, "DATA_KEY"),
        ({"DATA_KEY": "short"}, "DATA_KEY"),
        ({"LINE_CHANNEL_SECRET": ""}, "LINE_CHANNEL_SECRET"),
        ({"LINE_API_HOST": "https://evil.example"}, "LINE_API_HOST"),
        ({"PORT": "99999"}, "PORT"),
        ({"RULES_FILE": "no-such.toml"}, "RULES_FILE"),
        ({"PUBLIC_URL": "http://plain.example"}, "PUBLIC_URL"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("own_log")
def test_a_wrong_setting_is_named_and_nothing_starts(
    household: Household, capsys: pytest.CaptureFixture[str], more: dict[str, str], named: str
) -> None:
    from unittest import mock

    import app

    with mock.patch.dict("os.environ", household.environment(PORT="1"), clear=True), mock.patch.dict("os.environ", more):
        assert app.main(["web"]) != 0
    told = capsys.readouterr().err
    assert named in told and "Traceback" not in told
    assert household.env["DATA_KEY"] not in told


def test_a_missing_data_key_ends_the_process(household: Household, processes: Remember) -> None:
    process = processes(Process(household, env={"DATA_KEY": ""}).begin())
    assert process.ends() not in {0, None}
    assert "DATA_KEY" in process.log() and "Traceback" not in process.log()


def test_a_port_that_is_taken_is_told(household: Household, processes: Remember) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = processes(Hatched(household, port=taken.getsockname()[1]).begin())
        assert process.ends() != 0
        assert "Traceback" not in process.log(), process.log()


def test_without_credentials_it_is_the_sandbox(own_line: FakeLine, tmp_path: Path, processes: Remember) -> None:
    house = Household(tmp_path / "house", "")
    none = dict.fromkeys(("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "LINE_API_HOST", "DATA_KEY"), "")
    process = processes(Hatched(house, env=none).start())
    until(lambda: "/sandbox" in process.log(), why="the address of the sandbox")
    assert process.get("/sandbox/").status == 200 or process.get("/sandbox").status in {200, 301, 302, 308}
    assert process.stop() == 0
    house.close()


def test_the_command_line_sees_the_cases(household: Household, own_line: FakeLine, processes: Remember) -> None:
    import json

    process = processes(Hatched(household).start())
    anna = Citizen(process, own_line)
    number = anna.report("เสาไฟเอียง")
    listed = command(household, "cases", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    assert [case["number"] for case in json.loads(listed.stdout)] == [number]
    assert anna.user not in listed.stdout
    done = command(household, "cases", "status", number, "accepted", "--by", "Somchai", "--reason", "test")
    assert done.returncode == 0, done.stderr
    assert number in anna.until_told("รับเรื่องแล้ว")
    assert command(household, "cases", "show", "69-0000000").returncode == 1
    assert command(household, "cases", "fly").returncode == 2
    assert process.stop() == 0
