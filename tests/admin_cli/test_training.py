"""`quiz` and `poster` at the desk: codes, results without names, files, counts, wrong use."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from storage import facts, posters, quiz
from tests.admin_cli.desk import StaffDesk

NOW = datetime.now(UTC)


def answered(desk: StaffDesk, code: str, people: int, before: int, after: int) -> None:
    with desk.store.write() as session:
        row = quiz.must(session, code)
        for n in range(people):
            quiz.finish(session, row, f"U{n}", "before", row.asked[:before], NOW)
            quiz.finish(session, row, f"U{n}", "after", row.asked[:after], NOW)
            assert not quiz.finish(session, row, f"U{n}", "after", [], NOW), "the first time counts"


def test_a_training_from_code_to_results(desk: StaffDesk, tmp_path: Path) -> None:
    made = desk.json("quiz", "session", "--group", "ชุมชนวัดม่วง", "--agency", "1040", "--by", "malee", "--reason", "อบรม")
    assert made["code"].startswith("Q-") and made["questions"] == 10 and made["agency"] == "1040"
    empty = desk.json("quiz", "results", made["code"])
    assert empty["before"]["n"] == 0 and empty["gain"] is None and not empty["small"]
    answered(desk, made["code"], 6, 4, 9)
    found = desk.json("quiz", "results", made["code"].lower().replace("-", ""), "--csv", str(tmp_path / "r.csv"))
    assert found["before"] == {"n": 6, "mean": 4.0, "median": 4.0} and found["after"]["mean"] == 9.0
    assert (found["both"], found["gain"], found["small"]) == (6, 5.0, False)
    assert [row["before"] for row in found["asked"]] == [1.0] * 4 + [0.0] * 6
    assert "U0" not in str(found)
    rows = list(csv.reader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["what", "text", "before", "after"] and rows[1][2:] == ["6", "6"] and len(rows) == 15
    listed = desk.json("quiz", "list")
    assert (listed[0]["before"], listed[0]["after"]) == (6, 6)
    text = desk.run("quiz", "results", made["code"]).stdout
    assert "gain 5.0" in text and "100%" in text and "fewer than five" not in text.lower()


def test_few_people_are_marked(desk: StaffDesk) -> None:
    code = desk.json("quiz", "session", "--group", "x")["code"]
    answered(desk, code, 2, 1, 2)
    assert desk.json("quiz", "results", code)["small"]
    assert "Do not pass them on" in desk.run("quiz", "results", code).stdout


def test_wrong_use_of_quiz(desk: StaffDesk) -> None:
    assert "Q-NOTHIN" in desk.no("quiz", "results", "Q-NOTHIN")
    assert "1999" in desk.no("quiz", "session", "--group", "x", "--agency", "1999")
    assert desk.no("quiz", "session", "--group", "  ")
    desk.run("quiz", "session", code=2)
    assert "None yet" in desk.run("quiz", "list").stdout


def test_posters_are_drawn_listed_and_keep_their_code(desk: StaffDesk, tmp_path: Path) -> None:
    assert "LINE_ID" in desk.no("poster", "a.png", "--district", "1040")
    made = desk.json("poster", "a.png", "--district", "1040", LINE_ID="@1555bkk")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG") and made["link"].endswith(made["code"])
    assert made["link"].startswith("https://line.me/R/oaMessage/%401555bkk/?P-")
    with desk.store.write() as session:
        facts.put(session, facts.LINE_ACCOUNT, "@1555bkk", NOW)
    again = desk.json("poster", "draw", "b.pdf", "--district", "1040")
    assert again["code"] == made["code"] and (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")
    market = desk.json("poster", "c.png", "--place", "ตลาดบางกะปิ", "--district", "1006", "--language", "en")
    assert market["code"] != made["code"]
    with desk.store.write() as session:
        row = posters.by_code(session, market["code"])
        assert row is not None
        posters.count(session, row, "scans", NOW)
        posters.count(session, row, "scans", NOW)
    listed = {row["code"]: row for row in desk.json("poster", "list")}
    assert listed[market["code"]]["scans"] == 2 and listed[made["code"]]["scans"] == 0
    assert desk.json("poster", "list", "--until", "2020-01-01")[0]["scans"] == 0
    assert "ตลาดบางกะปิ" in desk.run("poster", "list", COLUMNS="160").stdout


def test_a_public_address_is_used_where_there_is_one(desk: StaffDesk) -> None:
    from cryptography.fernet import Fernet

    real = {
        "LINE_CHANNEL_SECRET": "s", "LINE_CHANNEL_ACCESS_TOKEN": "t", "DATA_KEY": Fernet.generate_key().decode(),
        "PUBLIC_URL": "https://1555.example.go.th", "LINE_ID": "@1555bkk",
    }  # fmt: skip
    made = desk.json("poster", "a.png", "--district", "1040", code=0, **real)
    assert made["link"] == f"https://1555.example.go.th/go/{made['code']}"


def test_wrong_use_of_poster(desk: StaffDesk) -> None:
    env = {"LINE_ID": "@1555bkk"}
    for wrong in (
        ["a.gif", "--district", "1040"],
        ["draw", "a.gif", "--district", "1040"],
        ["a.png"],
        ["a.png", "--district", "1040", "--language", "de"],
    ):
        desk.run("poster", *wrong, code=2, **env)
    assert "9999" in desk.run("poster", "a.png", "--district", "9999", code=1, **env).stderr
    assert "longer" in desk.run("poster", "a.png", "--place", "ก" * 61, code=1, **env).stderr
    assert "No such" in desk.run("poster", "nowhere/a.png", "--district", "1040", code=1, **env).stderr
    assert "LINE_ID" in desk.run("poster", "a.png", "--district", "1040", code=1, LINE_ID="ร้องทุกข์").stderr
