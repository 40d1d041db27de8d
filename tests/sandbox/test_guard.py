"""The sandbox answers this machine, and only its own page changes anything."""

from __future__ import annotations

import pytest

from .echo import Rig


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1555", "[::1]:1555"])
def test_this_machine_is_welcome(rig: Rig, host: str) -> None:
    answer = rig.app.test_client().get("/sandbox", headers={"Host": host})
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_others_are_not(rig: Rig) -> None:
    client = rig.app.test_client()
    assert client.get("/sandbox", headers={"Host": "evil.example"}).status_code == 403
    assert client.get("/sandbox", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 403
    assert client.get("/sandbox", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403
    assert client.get("/sandbox/line/v2/bot/info", headers={"Host": "evil.example"}).status_code == 403
    assert client.get("/sandbox/static/js/main.js", headers={"Host": "evil.example"}).status_code == 403


def test_a_foreign_page_cannot_post(rig: Rig) -> None:
    assert rig.app.test_client().post("/sandbox/api/people", json={"name": "x"}).status_code == 403
    assert rig.page("POST", "/people", {"name": "x"}, Origin="http://evil.example")[0] == 403
    assert rig.page("POST", "/people", {"name": "x"}, Origin="http://localhost")[0] == 200


def test_the_first_visit_brings_a_citizen(rig: Rig) -> None:
    for path in ("/sandbox", "/sandbox/"):
        assert rig.app.test_client().get(path).status_code == 200
    people = rig.page("GET", "/people")[1]["people"]
    assert len(people) == 1 and people[0]["status"] == "friend"
    assert rig.bot.wait(1)[0]["type"] == "follow"


def test_updates_bring_only_what_is_new(rig: Rig) -> None:
    person = rig.person()
    first = rig.page("GET", "/updates?since=0")[1]
    assert first["people"] and first["messages"]
    assert "messages" not in rig.page("GET", f"/updates?since={first['seq']}")[1]
    rig.says(person, "new")
    news = rig.page("GET", f"/updates?since={first['seq']}")[1]
    assert [one["message"]["text"] for one in news["messages"]] == ["new"] and "people" not in news
    assert rig.page("GET", "/updates?since=999999")[1]["reset"]


def test_a_chat_remembers_its_last_messages_only(rig: Rig) -> None:
    person = rig.person()
    rig.page("POST", "/switches", {"webhook": False})
    for number in range(510):
        rig.sandbox.acts.text(person, person, str(number))
    kept = rig.chat(person)
    assert len(kept) == 500 and kept[-1]["message"]["text"] == "509"


def test_uploads_cannot_run_in_the_page(rig: Rig) -> None:
    person = rig.person()
    entry = rig.sandbox.acts.media(person, person, "file", [("a.html", "text/html", b"<script>")], 0)[0]
    answer = rig.app.test_client().get(f"/sandbox/api/content/{entry.id}")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"


def test_calls_are_logged(rig: Rig) -> None:
    rig.bot.call("GET", "/v2/bot/info")
    rig.bot.call("POST", "/v2/bot/message/push", {"to": "x", "messages": []})
    calls = rig.page("GET", "/calls?since=0")[1]["calls"]
    assert [(one["path"], one["status"]) for one in calls] == [("/v2/bot/info", 200), ("/v2/bot/message/push", 400)]
    assert calls[1]["body"] == {"to": "x", "messages": []} and "error(s)" in calls[1]["answer"]
