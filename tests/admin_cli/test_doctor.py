"""`doctor`, and how settings that cannot be used are told."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.settings import KNOWN
from storage import audit, figures, inbox, ledger, remains, tallies
from storage.models import InboxEvent
from storage.models_groups import Group, Push
from tests.admin_cli.desk import NOW, StaffDesk


def check(report: dict[str, Any], name: str) -> dict[str, Any]:
    """The first finding of that name."""
    return next(each for each in report["checks"] if each["name"] == name)


@pytest.fixture
def line() -> Iterator[dict[str, Any]]:
    """A stand-in of LINE on loopback; `date` is its clock, `answers` what it says by path."""
    says: dict[str, Any] = {
        "date": NOW,
        "status": 200,
        "/v2/bot/info": '{"displayName": "ร้องทุกข์1555", "basicId": "@1555"}',
        "/v2/bot/message/quota": '{"type": "limited", "value": 1000}',
        "/v2/bot/message/quota/consumption": '{"totalUsage": 10}',
        "/v2/bot/channel/webhook/endpoint": '{"endpoint": "https://1555.example/callback", "active": true}',
        "/v2/bot/channel/webhook/test": '{"success": true, "statusCode": 200, "reason": "OK", "detail": "200"}',
    }

    class Handler(BaseHTTPRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(says["date"], usegmt=True)

        def do_GET(self) -> None:
            body = says.get(self.path, "{}").encode()
            self.send_response(says["status"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    says["env"] = {
        "LINE_CHANNEL_SECRET": "sekrit-1",
        "LINE_CHANNEL_ACCESS_TOKEN": "sekrit-2",
        "LINE_API_HOST": f"http://127.0.0.1:{server.server_port}",
        "DATA_KEY": Fernet.generate_key().decode(),
        "PUBLIC_URL": "https://1555.example",
    }
    yield says
    server.shutdown()
    server.server_close()
    thread.join()


def test_sandbox_that_does_not_run(desk: StaffDesk) -> None:
    report = desk.json("doctor")
    assert report["ok"] and [row["name"] for row in report["settings"]] == [known.name for known in KNOWN]
    assert check(report, "line")["state"] == "hint"
    said = desk.run("doctor").stdout
    assert "Nothing is wrong." in said and all(known.name in said for known in KNOWN)


def test_all_is_well_with_line(desk: StaffDesk, line: dict[str, Any]) -> None:
    line["date"] = datetime.now(UTC)  # of now, not of the moment when this file was read
    with desk.store.write() as session:
        figures.swept(session, datetime.now(UTC))
        figures.backed_up(session, "b.db", datetime.now(UTC))
    report = desk.json("doctor", **line["env"])
    assert report["ok"] and {each["state"] for each in report["checks"]} == {"ok"}
    assert "@1555" in check(report, "line")["detail"] and "990 of 1,000" in check(report, "quota")["detail"]
    said = desk.run("doctor", **line["env"]).stdout
    assert "sekrit" not in said and line["env"]["DATA_KEY"] not in said


def test_the_service_that_runs(desk: StaffDesk) -> None:
    with desk.store.write() as session:
        figures.swept(session, NOW - timedelta(hours=1))
        figures.backed_up(session, "b.db", NOW - timedelta(days=2))
        session.add(Group(id="C1", joined_at=NOW))
        tallies.add(session, {("errors", "turn"): 3})
    report = desk.json("doctor", code=1)
    assert check(report, "sweeps")["state"] == "wrong" and "scheduler" in check(report, "sweeps")["do"]
    assert check(report, "backup")["state"] == "hint" and "db backup" in check(report, "backup")["do"]
    assert "1 group" in check(report, "groups")["detail"] and "3 by turn" in check(report, "errors")["detail"]


@pytest.mark.parametrize(
    ("answers", "state", "said"),
    [
        ({"endpoint": '{"endpoint": "", "active": false}'}, "wrong", "/callback"),
        ({"endpoint": '{"endpoint": "https://1555.example/callback", "active": false}'}, "wrong", "Use webhook"),
        ({"test": '{"success": false, "statusCode": 401, "reason": "ERROR_STATUS_CODE"}'}, "wrong", "LINE_CHANNEL_SECRET"),
        ({"test": '{"success": false, "statusCode": 0, "reason": "COULD_NOT_CONNECT"}'}, "wrong", "certificate"),
        ({"test": '{"success": false, "reason": "NEW"}'}, "wrong", "NEW"),
        ({"endpoint": '{"endpoint": "https://elsewhere.example/callback", "active": true}'}, "hint", "PUBLIC_URL"),
    ],
)
def test_the_webhook_as_line_sees_it(
    desk: StaffDesk, line: dict[str, Any], answers: dict[str, str], state: str, said: str
) -> None:
    line["date"] = datetime.now(UTC)
    line.update({f"/v2/bot/channel/webhook/{name}": answer for name, answer in answers.items()})
    found = check(desk.json("doctor", code=state == "wrong", **line["env"]), "webhook")
    assert found["state"] == state and said in f"{found['detail']} {found['do']}"


def test_clock_quota_and_credentials(desk: StaffDesk, line: dict[str, Any]) -> None:
    line["date"] = NOW - timedelta(hours=1)
    line["/v2/bot/message/quota/consumption"] = '{"totalUsage": 1000}'
    report = desk.json("doctor", code=1, **line["env"])
    assert "ahead of LINE" in check(report, "clock")["detail"] and check(report, "quota")["state"] == "wrong"
    line["status"] = 401
    assert "LINE_CHANNEL_ACCESS_TOKEN" in check(desk.json("doctor", code=1, **line["env"]), "line")["do"]
    gone = line["env"] | {"LINE_API_HOST": "http://127.0.0.1:9"}
    assert "not reached" in check(desk.json("doctor", code=1, **gone), "line")["detail"]


def test_where_a_setting_comes_from(desk: StaffDesk, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HOST=localhost\nPORT=1\nLINE_CHANEL_SECRET=x\nSOMETHING=1\n")
    report = desk.json("doctor", DATABASE_URI="x", LINE_TOKEN="x")
    rows = {row["name"]: row for row in report["settings"]}
    assert (rows["HOST"]["source"], rows["HOST"]["value"]) == (".env", "localhost")
    assert (rows["PORT"]["source"], rows["PORT"]["value"]) == ("env", "9")
    assert rows["RULES_FILE"]["source"] == "default"
    told = {each["detail"].split()[0]: each["do"] for each in report["checks"] if each["name"] == "settings"}
    assert told == {
        "DATABASE_URI": "did you mean DATABASE_URL?",
        "LINE_CHANEL_SECRET": "did you mean LINE_CHANNEL_SECRET?",
        "LINE_TOKEN": "did you mean LINE_CHANNEL_ACCESS_TOKEN?",
        "SOMETHING": None,
    }


def test_passwords_are_not_shown(desk: StaffDesk) -> None:
    said = desk.run("doctor", code=1, DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/d").stdout
    assert "hunter2" not in said and "me:***@127.0.0.1" in said and "is PostgreSQL up" in said


def test_rules_without_effect(desk: StaffDesk, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("[case]\nconfirm_dais = 2\n[finish_days]\nroad = 5\nroda = 5\n[bset]\nremind_minutes = 1\n")
    report = desk.json("doctor", RULES_FILE=str(file))
    told = [
        (each["detail"].partition("no rule ")[2].partition(";")[0], each["do"])
        for each in report["checks"]
        if each["name"] == "rules"
    ]
    assert told == [
        ("[case] confirm_dais", "did you mean confirm_days?"),
        ("[finish_days] roda", "did you mean road?"),
        ("[bset]", "did you mean best?"),
    ]


def test_what_waits(desk: StaffDesk) -> None:
    with desk.store.write() as session:
        inbox.keep(session.connection(), [inbox.RawEvent("E1", "U1", 1, "{}")], NOW - timedelta(minutes=5))
    assert check(desk.json("doctor", code=1), "events")["state"] == "wrong"
    with desk.store.write() as session:
        session.query(InboxEvent).update({"state": "parked"})
    report = desk.json("doctor", code=1)
    assert check(report, "events")["state"] == "ok" and "1 parked" in check(report, "queue")["detail"]
    assert "1 to mend." in desk.run("doctor", code=1).stdout


def test_the_books_beside_lines_figure(desk: StaffDesk) -> None:
    def seen(code: int = 0) -> dict[str, Any]:
        return check(desk.json("doctor", code=code), "pushes")

    assert seen()["detail"] == "0 booked this month; no limit is known"
    with desk.store.write() as session:
        session.add(Push(at=NOW, chat="U1", purpose="news", cost=1200))
        ledger.told(session, NOW, 2000, 1300)
    assert seen()["state"] == "ok" and seen()["detail"].startswith("1,200 booked this month, LINE counted 1,300 (")
    assert "of 2,000, ordinary alerts wait for the digest from 1,400, staff are warned from 1,800" in seen()["detail"]
    with desk.store.write() as session:
        session.add(Push(at=NOW, chat="U1", purpose="news", cost=250))
    assert seen()["state"] == "hint"
    with desk.store.write() as session:
        ledger.refused(session, NOW)
    assert seen(1)["state"] == "wrong" and "LINE refused one" in seen(1)["detail"]


def test_nothing_is_made_by_looking(desk: StaffDesk, tmp_path: Path) -> None:
    report = desk.json("doctor", DATABASE_URL=f"sqlite:///{tmp_path}/other.db")
    assert check(report, "database")["state"] == "hint"
    assert not (tmp_path / "other.db").exists() and not (tmp_path / "media").exists()


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({"PORT": "http"}, "PORT=http"),
        ({"LINE_CHANNEL_SECRET": "x"}, "LINE_CHANNEL_ACCESS_TOKEN is missing"),
        ({"RULES_FILE": "/nowhere.toml"}, "RULES_FILE"),
        ({"PUBLIC_URL": "http://x"}, "https://"),
    ],
)
def test_settings_that_cannot_be_used(desk: StaffDesk, env: dict[str, str], why: str) -> None:
    assert why in desk.run("cases", "list", code=1, **env).stderr
    report = desk.json("doctor", code=1, **env)
    assert any(why in each["detail"] for each in report["checks"])


def test_what_erased_people_left_in_the_files_is_told_until_it_is_cleared_away(desk: StaffDesk) -> None:
    now, little = datetime.now(UTC), 1000
    with desk.store.write() as session:
        remains.left(session, now - timedelta(hours=2))
    assert not remains.sweep(desk.store, now, little), "the file is longer than that"
    assert not remains.sweep(desk.store, now + timedelta(hours=1), little), "and is not tried again before the next erasure"
    told = check(desk.json("doctor"), "erased people")
    assert told["state"] == "hint" and "db vacuum" in told["do"]
    assert "Written anew by malee" in desk.run("db", "vacuum", "--by", "malee", "--reason", "after erasures").stdout
    assert check(desk.json("doctor"), "erased people")["state"] == "ok"
    with desk.store.read() as session:
        assert remains.since(session) is None
        assert [(d.who, d.what) for d in audit.latest(session, 1)] == [("malee", "db vacuum")]
