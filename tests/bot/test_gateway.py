"""/go: counted, nothing of the caller kept, and no way to anywhere but LINE."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.gateway import gateway
from casework import rules, short_codes
from casework.posters import Code
from storage import facts, posters
from storage.engine import Store
from tests.support.ready import ready

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'go.db'}")
    ready(made)
    yield made
    made.close()


def client(store: Store, line_id: str | None = "@1555bkk", public_url: str | None = "https://1555.example") -> FlaskClient:
    web = Flask("go")
    web.register_blueprint(gateway(store, rules.load(), lambda: NOW, line_id=line_id, public_url=public_url))
    return web.test_client()


def a_code(store: Store) -> str:
    with store.write() as session:
        return posters.make(session, "place", "วัดม่วง", None, NOW, "malee").code


def counts(store: Store) -> dict[str, Code]:
    with store.read() as session:
        return {row.name: row for row in posters.listed(session)}


def test_a_scan_leads_into_the_chat_with_the_code_and_is_counted(store: Store) -> None:
    code = a_code(store)
    answer = client(store).get(f"/go/{code}")
    assert answer.status_code == 302
    assert unquote(answer.headers["Location"]) == f"https://line.me/R/oaMessage/@1555bkk/?สวัสดีค่ะ รหัส {code}"
    assert "Set-Cookie" not in answer.headers
    client(store).get(f"/go/{code.lower()}")
    client(store).head(f"/go/{code}")
    client(store).get(f"/go/{code}", headers={"User-Agent": "facebookexternalhit/1.1;line-poker/1.0"})
    assert counts(store)["วัดม่วง"].scans == 2, "neither a HEAD nor a preview is a person"


def test_the_words_in_the_field_are_read_as_the_code(store: Store) -> None:
    code = a_code(store)
    location = client(store).get(f"/go/{code}").headers["Location"]
    assert short_codes.read(unquote(location.partition("?")[2]), "P") == code


def test_sharing_is_counted_by_its_place_in_the_chat(store: Store) -> None:
    for place in ("menu", "menu", "fixed"):
        location = unquote(client(store).get(f"/go/{place}/share").headers["Location"])
        assert location.startswith("https://line.me/R/share?text=")
    link = location.rpartition(" ")[2]
    assert link.startswith("https://1555.example/go/P-")
    client(store).get(urlsplit(link).path)
    found = counts(store)
    assert (found["menu"].shared, found["fixed"].shared, found["fixed"].scans) == (2, 1, 1)


@pytest.mark.parametrize(
    "path",
    [
        "/go/https:%2F%2Fevil.example", "/go/%2F%2Fevil.example", "/go/@evil", "/go/P-222222", "/go/" + "x" * 3000,
        "/go/%0d%0aLocation:%20https:%2F%2Fevil.example", "/go/P-7FHE5R?next=https://evil.example", "/go/%00", "/go/ก/share",
    ],
)  # fmt: skip
def test_no_request_leads_anywhere_else(store: Store, path: str) -> None:
    answer = client(store).get(path)
    assert answer.status_code in {302, 308, 404}
    if answer.status_code == 308:  # two slashes are one
        assert answer.headers["Location"].startswith("http://localhost/go/")
        answer = client(store).get(urlsplit(answer.headers["Location"]).path)
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith("https://line.me/R/") and "evil" not in answer.headers["Location"]
    assert not counts(store), "what nobody made is not counted"


def test_the_accounts_id_is_what_line_told(store: Store) -> None:
    assert client(store, None).get("/go/menu").status_code == 503
    with store.write() as session:
        facts.put(session, facts.LINE_ACCOUNT, "@123abcde", NOW)
    assert "%40123abcde" in client(store, None).get("/go/menu").headers["Location"]


def test_a_database_that_is_away_still_lets_people_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    code = a_code(store)

    def away(*_: object) -> None:
        raise RuntimeError("0812345678")

    monkeypatch.setattr(posters, "count", away)
    assert client(store).get(f"/go/{code}").status_code == 302
