"""`cases release` and `map`."""

from __future__ import annotations

import json
from pathlib import Path

from storage import audit, cases, media
from storage.models import Media
from tests.admin_cli.desk import NOW, StaffDesk


def test_release_lists_shows_and_hides(desk: StaffDesk) -> None:
    number = desk.case()
    assert desk.run("cases", "release", number).stdout == "No photos.\n"
    for n, role in enumerate(("report", "result")):
        with desk.store.write() as session:
            row = session.get_one(Media, media.promise(session, f"m{n}", "U1", "image", None, NOW))
            row.state, row.role, row.sha256, row.case_id = "ready", role, f"{n:064x}", cases.must(session, number).id
    assert [(p["photo"], p["role"], p["shown"]) for p in desk.json("cases", "release", number)] == [
        (1, "report", False),
        (2, "result", True),
    ]
    assert (
        "photo 1 is shown to strangers, by malee" in desk.run("cases", "release", number, "1", "--reason", "a pothole").stdout
    )
    assert desk.json("cases", "release", number, "2", "--hide", "--by", "anan")["decided_by"] == "anan"
    assert [p["shown"] for p in desk.json("cases", "release", number)] == [True, False]
    with desk.store.read() as session:
        done = [(d.who, d.what, d.thing, d.reason) for d in audit.latest(session, 5)]
    assert done == [
        ("anan", "cases release", f"{number} 2 --hide", None),
        ("malee", "cases release", f"{number} 1", "a pothole"),
    ]
    assert f"{number} has no photo 3; it has 2" in desk.no("cases", "release", number, "3").replace("Case ", "")
    assert "mistyped" in desk.no("cases", "release", number[:-1] + str((int(number[-1]) + 1) % 10))


def test_a_photo_of_a_hidden_case_cannot_be_shown(desk: StaffDesk) -> None:
    number = desk.case(category="conduct")
    with desk.store.write() as session:
        row = session.get_one(Media, media.promise(session, "m1", "U1", "image", None, NOW))
        row.state, row.sha256, row.case_id = "ready", "0" * 64, cases.must(session, number).id
    assert "never shown" in desk.no("cases", "release", number, "1")
    with desk.store.read() as session:
        assert audit.latest(session, 1) == []


def test_the_map_as_one_file(desk: StaffDesk, tmp_path: Path) -> None:
    number = desk.case("โทร 081-234-5678", category="road", lat=13.7563, lng=100.5018, district_code="1001")
    desk.case(category="conduct", lat=13.7563, lng=100.5018, district_code="1001")
    said = desk.run("map", "--out", str(tmp_path / "map.html")).stdout
    assert "1 cases of the last 30 days, one by one" in said
    page = (tmp_path / "map.html").read_text("utf-8")
    assert number in page and "081-234" not in page.partition('id="settings"')[2].partition("</script>")[0]
    assert "<script src" not in page and '<link rel="stylesheet"' not in page and page.count("sha256-") == 2
    settings = json.loads(page.partition('id="settings">')[2].partition("</script>")[0])
    assert len(settings["kept"]["outlines"]["features"]) == 50 and settings["cases"] is None
    desk.run("map", "--out", str(tmp_path / "map.geojson"), "--lang", "en", "--district", "พระนคร", "--urgent")
    assert json.loads((tmp_path / "map.geojson").read_text("utf-8"))["features"] == []
    made = desk.json("map", "--out", str(tmp_path / "map.geojson"), "--category", "road", "--limit", "1")
    assert made == {"file": str(tmp_path / "map.geojson"), "cases": 1, "counted": False, "days": 30}


def test_wrong_use_of_map(desk: StaffDesk, tmp_path: Path) -> None:
    out = str(tmp_path / "map.html")
    assert "FILE.html" in desk.run("map", "--out", "map.pdf", code=2).stderr
    assert "--lang" in desk.run("map", "--out", out, "--lang", "de", code=2).stderr
    assert "1 to 366" in desk.run("map", "--out", out, "--days", "0", code=2).stderr
    assert "no category conduct" in desk.run("map", "--out", out, "--category", "conduct", code=2).stderr
    assert "no district" in desk.no("map", "--out", out, "--district", "Chiang Mai")
    assert "No such file" in desk.no("map", "--out", str(tmp_path / "no" / "map.html"))
    assert not Path(out).exists()
