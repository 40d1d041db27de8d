"""`keys`: issued once, listed without the secret, revoked for good."""

from __future__ import annotations

from casework.open311 import hash_key
from storage import api_keys, audit
from tests.admin_cli.desk import StaffDesk


def test_a_key_is_shown_once_and_kept_as_a_hash(desk: StaffDesk) -> None:
    made = desk.json("keys", "issue", "--name", " MIS  Bangkok ", "--by", "malee", "--reason", "contract 7")
    assert made["name"] == "MIS Bangkok" and made["scopes"] == ["post"] and made["channel"] == "mis"
    assert made["per_minute"] == desk.rules.whole("open311", "key_minute") and len(made["key"]) == 46
    listed = desk.json("keys", "list")
    assert [row["begins"] for row in listed] == [made["key"][:8]] and made["key"] not in str(listed)
    assert made["key"] not in desk.run("keys", "list").stdout and "MIS Bangkok" in desk.run("keys", "list").stdout
    with desk.store.read() as session:
        row = api_keys.known(session, made["key"])
        assert row is not None and row.hash == hash_key(made["key"]) != made["key"]
        (deed,) = audit.latest(session, 5)
        assert (deed.who, deed.what, deed.thing, deed.reason) == ("malee", "keys issue", "MIS Bangkok", "contract 7")


def test_revoked_is_revoked(desk: StaffDesk) -> None:
    key = desk.json("keys", "issue", "--name", "MIS")["key"]
    assert "MIS: revoked by anan" in desk.run("keys", "revoke", "MIS", "--by", "anan").stdout
    assert "revoked before" in desk.no("keys", "revoke", "MIS")
    assert desk.json("keys", "list")[0]["revoked_by"] == "anan"
    with desk.store.read() as session:
        assert api_keys.known(session, key) is None
    assert "already" in desk.no("keys", "issue", "--name", "MIS"), "a name is not used twice"


def test_wrong_use_of_keys(desk: StaffDesk) -> None:
    assert desk.run("keys", "list").stdout == "No keys.\n"
    assert "no key of the name" in desk.no("keys", "revoke", "x")
    assert "no name for a key" in desk.no("keys", "issue", "--name", " ")
    assert "no name for a key" in desk.no("keys", "issue", "--name", "x" * 41)
    assert "not by line" in desk.run("keys", "issue", "--name", "a", "--channel", "line", code=2).stderr
    assert "may have post" in desk.run("keys", "issue", "--name", "a", "--scope", "all", code=2).stderr
    assert "--per-minute" in desk.run("keys", "issue", "--name", "a", "--per-minute", "0", code=2).stderr
    assert "--name" in desk.run("keys", "issue", code=2).stderr
