"""The examples of docs/operation know the program as it is: its settings, rooms, parts and addresses."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import yaml
from cryptography.fernet import Fernet

import app
from bot.settings import KNOWN, load
from tests.laws.test_rooms import ROOMS, ROOT

OPERATION = ROOT / "docs" / "operation"
INSIDE = {"healthz", "readyz", "metrics"}
"""What no web server passes on."""
SETTINGS = {known.name for known in KNOWN}
PARTS = {"web", "worker", "scheduler"}


def test_compose() -> None:
    made = yaml.safe_load((OPERATION / "compose.yaml").read_text("utf-8"))
    own = {name: service for name, service in made["services"].items() if name != "database"}
    assert own.keys() == PARTS
    for name, service in own.items():
        assert service["command"] == [name] and set(service["environment"]) <= SETTINGS
        assert (OPERATION / service["build"]["context"]).resolve() == ROOT and service["stop_grace_period"] == "75s"
        assert (ROOT / service["build"]["dockerfile"]).is_file()


def test_the_image_holds_every_room() -> None:
    lines = (OPERATION / "Dockerfile").read_text("utf-8").splitlines()
    copied = {word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]}
    assert copied >= {*ROOMS[1:], "app.py", "requirements.txt", "constraints.txt"}
    assert all((ROOT / name).exists() for name in copied)
    environment = next(line for line in lines if line.startswith("ENV "))
    assert set(re.findall(r"(\w+)=", environment)) - {"PYTHONPATH", "PYTHONUNBUFFERED"} <= SETTINGS


def test_units() -> None:
    started = set()
    for file in sorted((OPERATION / "systemd").glob("*.service")):
        unit = configparser.RawConfigParser(strict=False)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read_string(file.read_text("utf-8"))
        command = unit["Service"]["ExecStart"]
        if "app.py" in command:
            started.add(command.rpartition("app.py")[2].strip() or "all")
            assert unit["Service"]["KillSignal"] == "SIGTERM" and int(unit["Service"]["TimeoutStopSec"]) >= 60
        else:
            assert "admin_cli db backup" in command and "admin_cli db check" in command
    assert started == {"all", *PARTS}


def test_web_servers_pass_on_what_is_public(tmp_path: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "LINE_CHANNEL_SECRET": "x", "LINE_CHANNEL_ACCESS_TOKEN": "x"}
    service = app.build(load(env | {"DATA_KEY": Fernet.generate_key().decode()}), "web")
    try:
        public = {rule.rule.split("/")[1].partition(".")[0] for rule in service.web.url_map.iter_rules()} - INSIDE
    finally:
        service.store.close()
    nginx, caddy = ((OPERATION / name).read_text("utf-8") for name in ("nginx.conf", "Caddyfile"))
    (open_,) = re.findall(r"location ~ \^/\(([a-z0-9|]+)\)", nginx)
    passed = re.findall(r"/([a-z0-9]+)", next(line for line in caddy.splitlines() if "@public path" in line))
    assert public >= {"callback", "cases", "media"}
    assert public - {*open_.split("|"), "callback"} == set() and public - set(passed) == set()
    assert not INSIDE & {*open_.split("|"), *passed}


def test_links_lead_somewhere() -> None:
    for file in [*OPERATION.glob("*.md"), ROOT / "docs" / "upgrade.md", ROOT / "docs" / "interchange.md"]:
        for target in re.findall(r"\]\(([^)#]+)", file.read_text("utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"
