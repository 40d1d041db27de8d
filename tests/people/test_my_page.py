"""The page behind the link to one's own data: for its hours, for its person, and nobody else."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask.testing import FlaskClient

import app
from bot import settings
from tests.support.service import SECRET, TOKEN
from tests.talks.theatre import Actor, Stage, fresh

PHONE, CALLED = "0812345678", "ป้าจุ๊บตลาดพลู"


class Home:
    """Talks and pages over one database, on one clock."""

    def __init__(self, folder: Path) -> None:
        self.stage: Stage = fresh(folder)
        env = {
            **{"LINE_CHANNEL_SECRET": SECRET, "LINE_CHANNEL_ACCESS_TOKEN": TOKEN, "PUBLIC_URL": "https://1555.example"},
            **{"DATA_KEY": Fernet.generate_key().decode(), "MEDIA_DIR": str(folder / "media")},
            **{"DATABASE_URL": f"sqlite:///{folder}/stage.db"},
        }
        made = settings.load(env)
        self.stage.box = self.stage.turns._box = made.box
        self.service = app.build(made, "web", lambda: self.stage.now)
        self.client: FlaskClient = self.service.web.test_client()

    def person(self, called: str = CALLED, phone: str = PHONE) -> Actor:
        actor = Actor(self.stage)
        for line in ("ข้อมูลของฉัน", "[แก้ไขชื่อ]", called, "[แก้ไขเบอร์โทร]", phone):
            actor.does(line)
        return actor

    def link(self, actor: Actor) -> str:
        """A new one, as a path."""
        actor.does("ข้อมูลของฉัน")
        said = str(actor.does("[ดาวน์โหลดข้อมูล]"))
        found = re.search(r"https://1555\.example(/me/[\w-]+)", said)
        assert found is not None, said
        return found[1]


@pytest.fixture
def home(tmp_path: Path, made: Path) -> Iterator[Home]:
    shutil.copy(made, tmp_path / "stage.db")
    home = Home(tmp_path)
    yield home
    home.service.store.close()
    home.stage.store.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    fresh(folder).store.close()
    return folder / "stage.db"


def test_the_link_shows_its_person_alone_and_leaves_no_trace(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    home.person("ยายทองบางรัก", "0898765432")
    link = home.link(home.person())
    with caplog.at_level(logging.DEBUG):
        page, data = home.client.get(link), home.client.get(f"{link}?format=json")
        english = home.client.get(f"{link}?lang=en")
    assert (page.status_code, data.status_code, english.status_code) == (200, 200, 200)
    for answer in (page, data, english):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert PHONE in answer.text and CALLED in answer.text
        assert "ยายทอง" not in answer.text and "0898765432" not in answer.text
    assert data.json is not None and data.json["accounts"][0]["phone"] == PHONE
    assert data.headers["Content-Disposition"].startswith("attachment")
    told = caplog.text + str([record.__dict__ for record in caplog.records])
    assert not any(secret in told for secret in (link, link.removeprefix("/me/"), PHONE, CALLED))


def test_it_works_for_its_hours(home: Home) -> None:
    link = home.link(home.person())
    hours = timedelta(hours=home.stage.rules.whole("my_data", "link_hours"))
    home.stage.now += hours - timedelta(minutes=1)
    assert home.client.get(link).status_code == 200
    home.stage.now += timedelta(minutes=2)
    gone = home.client.get(link)
    assert gone.status_code == 404 and "หมดอายุ" in gone.text and PHONE not in gone.text


def test_a_wrong_link_and_that_of_somebody_erased_look_alike(home: Home) -> None:
    actor = home.person()
    link = home.link(actor)
    wrong = home.client.get("/me/" + "x" * 32)
    person = home.client.get(f"/me/{actor.person}")
    for line in ("ลบข้อมูลของฉัน", "[ยืนยันลบ]"):
        actor.does(line)
    erased = home.client.get(link)
    assert {answer.status_code for answer in (wrong, person, erased)} == {404}
    assert wrong.text == person.text == erased.text
    assert erased.headers["Cache-Control"] == "no-store" and erased.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert home.client.get(f"{link}?format=json").status_code == 404
