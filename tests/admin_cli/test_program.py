"""The program as a whole: help, exit codes, the rich menu, quick starts, what it imports."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask

from admin_cli.cli import GROUPS
from admin_cli.shown import print_table
from casework.case import CHANNELS, KINDS
from tests.admin_cli.desk import StaffDesk

ROOT = Path(__file__).parents[2]


def run(folder: Path, *arguments: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """A process of its own, in another folder, with no Thai locale."""
    env = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "LOGNAME": "malee"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "admin_cli", *arguments],
        cwd=folder,
        env=env,
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_help_everywhere(desk: StaffDesk) -> None:
    assert "Usage" in desk.run().stdout
    assert all(name in desk.run("--help").stdout for name in (*GROUPS, "locate", "doctor"))
    for name, group in GROUPS.items():
        assert "Example" in desk.run(name, "--help").stdout
        for verb in group.registered_commands:
            assert "Example: python -m admin_cli" in desk.run(name, verb.name or "", "--help").stdout
    for name in ("locate", "doctor"):
        assert "Example: python -m admin_cli" in desk.run(name, "--help").stdout


@pytest.mark.parametrize(
    "wrong", [("nothing",), ("cases", "nothing"), ("cases", "show"), ("--nothing",), ("cases",), ("queue", "list", "x")]
)
def test_wrong_usage(desk: StaffDesk, wrong: tuple[str, ...]) -> None:
    desk.run(*wrong, code=2)


def test_choices_are_those_of_the_domain() -> None:
    from admin_cli.cases import Channel, Kind

    assert sorted(Channel) == sorted(CHANNELS) and sorted(Kind) == sorted(KINDS)


def test_every_sentence_has_its_values(desk: StaffDesk) -> None:
    import re
    import tomllib

    from admin_cli.refusals import explain
    from casework.refusals import Refused

    told = tomllib.loads((ROOT / "admin_cli" / "refusals.toml").read_text("utf-8"))["refused"]
    source = "".join(f.read_text("utf-8") for room in ("casework", "storage", "admin_cli") for f in (ROOT / room).glob("*.py"))
    raised = set(re.findall(r'"refused\.([a-z_]+)"', source)) - {"already_joined"}
    assert raised - set(told) == set()
    assert explain(Refused("refused.brand_new", number="1")) == "Refused: refused.brand_new {'number': '1'}"


def test_a_fault_is_one_sentence(desk: StaffDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage import parked

    def broken(_: object) -> None:
        raise KeyError("0812345678")

    monkeypatch.setattr(parked, "listed", broken)
    said = desk.no("queue", "list")
    assert "fault in the program" in said and "KeyError" in said and "0812345678" not in said


def test_as_a_process(tmp_path: Path) -> None:
    made = run(tmp_path, "cases", "add", "--text", "น้ำท่วม", "--json")
    assert made.returncode == 0 and made.stderr == b""
    number = json.loads(made.stdout)["number"]
    assert "น้ำท่วม".encode() in run(tmp_path, "cases", "show", number).stdout
    refused = run(tmp_path, "cases", "show", "hello")
    assert refused.returncode == 1 and refused.stderr == b"hello is not a case number; one looks like 69-0001238.\n"
    located = run(tmp_path, "locate", "--stdin", "--json", stdin=b"\xff\xfe\n13.7563 100.5018\n")
    assert [json.loads(line)["in_bangkok"] for line in located.stdout.splitlines()] == [False, True]
    assert run(tmp_path, "cases", "add", "--text", os.fsdecode(b"\xff")).returncode == 2


def test_starting_loads_little(tmp_path: Path) -> None:
    heavy = ["linebot", "shapely", "pythainlp", "sqlalchemy", "PIL", "sklearn", "holidays"]
    code = f"import sys, admin_cli.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_rich_menu_preview(desk: StaffDesk, tmp_path: Path) -> None:
    said = desk.run("richmenu", "preview", str(tmp_path / "menu.png")).stdout
    assert "แจ้งปัญหา" in said
    assert (tmp_path / "menu.png").read_bytes().startswith(b"\x89PNG")
    assert len(desk.json("richmenu", "preview", str(tmp_path / "menu.PNG"))["areas"]) == 6
    assert "PNG" in desk.run("richmenu", "preview", "menu.jpg", code=2).stderr
    assert "No such file" in desk.no("richmenu", "preview", str(tmp_path / "no" / "menu.png"))


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def sandbox() -> Iterator[str]:
    """The stand-in of LINE alone, on a port of its own."""
    from sandbox.server import build

    web = Flask("stand-in")
    made = build(
        channel_secret="sandbox-secret",
        channel_access_token="sandbox-token",
        webhook_url="http://127.0.0.1:9/callback",
        outlines=ROOT / "casework" / "data" / "districts_outline.geojson",
    )
    web.register_blueprint(made.blueprint, url_prefix="/sandbox")
    server = make_server("127.0.0.1", 0, web, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield str(server.server_port)
    server.shutdown()
    server.server_close()
    thread.join()


def test_rich_menu_deploy_to_the_sandbox(desk: StaffDesk, sandbox: str) -> None:
    first = desk.json("richmenu", "deploy", "--by", "somchai", PORT=sandbox)
    second = desk.json("richmenu", "deploy", PORT=sandbox)
    assert first["id"] != second["id"] and second["sandbox"]
    assert "put there by somchai" in desk.run("richmenu", "deploy", "--by", "somchai", PORT=sandbox).stdout


def test_rich_menu_without_a_service(desk: StaffDesk) -> None:
    assert "python app.py" in desk.no("richmenu", "deploy")


def test_thai_digits_are_numbers(desk: StaffDesk) -> None:
    desk.case("น้ำท่วม ๑")
    desk.case("น้ำท่วม ๒")
    assert len(desk.json("cases", "list", "--limit", "๑")) == 1
    assert len(desk.json("cases", "list", "--limit=๑")) == 1
    assert desk.json("locate", "๑๓.๗๕๖๓", "๑๐๐.๕๐๑๘")["district_code"] == "1001"
    number = desk.json("cases", "add", "--text", "หลุม ๓ หลุม", "--district", "๑๐๐๑")["number"]
    assert desk.json("cases", "show", number)["text"] == "หลุม ๓ หลุม"


def test_an_unknown_agency_is_told_which_there_are(desk: StaffDesk) -> None:
    said = desk.no("groups", "code", "--agency", "draenage")
    assert "no agency draenage" in said and "drainage" in said and "1001 to 1050" in said and "staff" in said


def test_tables_cut_nothing_and_tell_thai_dates() -> None:
    row: dict[str, Any] = {"id": "Cf15f1cfd652bb7da8093d2987d97ba3b", "members": 12, "bound_at": "2026-11-21T18:44:00+07:00"}
    told = io.StringIO()
    with redirect_stdout(told):
        print_table([row | {"name": "[red]กลุ่ม" + "ยาว" * 70, "owner": None}], [*row, "name", "owner"], words=("name",))
    assert str(row["id"]) in told.getvalue() and "21 พ.ย. 2569 18:44 น." in told.getvalue() and "[red]" in told.getvalue()
    kept = told.getvalue()
    assert kept.count("ว") == 70 and "…" not in kept
