"""Photos, films and files: fetched at once, kept without hidden data, refused where they are not what they claim."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from storage.models import Case, Media
from storage.shelf import name_of
from tests.support.citizen import Citizen
from tests.support.fake_line import FakeLine
from tests.support.pictures import SECRET_MAKE, film, photo, png
from tests.support.reading import words
from tests.support.waiting import until

LOST = "เปิดไม่ได้"


def media_of(citizen: Citizen) -> list[Media]:
    with citizen.service.household.read() as session:
        return list(session.scalars(select(Media).where(Media.chat == citizen.user).order_by(Media.id)))


def settled(citizen: Citizen) -> list[Media]:
    until(lambda: (rows := media_of(citizen)) and all(r.state != "waiting" for r in rows), why="the media to be settled")
    return media_of(citizen)


def reported_with(citizen: Citizen, body: bytes | None = None, **more: object) -> None:
    citizen.tell(citizen.text("ไฟทางดับ"), citizen.pin())
    citizen.tell(citizen.photo(body, **more))  # type: ignore[arg-type]


def test_a_photo_is_kept_by_hash_and_without_hidden_data(anna: Citizen) -> None:
    original = photo(7)
    assert SECRET_MAKE.encode() in original and Image.open(io.BytesIO(original)).getexif()
    reported_with(anna, original)
    anna.press("ส่งเรื่อง")
    (row,) = settled(anna)
    assert row.state == "ready" and row.sha256
    file = anna.service.household.media / name_of(row.sha256)
    data = file.read_bytes()
    assert hashlib.sha256(data).hexdigest() == row.sha256 == file.name
    with Image.open(io.BytesIO(data)) as kept:
        assert kept.format == "JPEG" and not kept.getexif() and kept.size == (320, 240)
    assert SECRET_MAKE.encode() not in data and b"Exif" not in data
    with anna.service.household.read() as session:
        case = session.get_one(Case, row.case_id)
    assert case.reporter == anna.user
    shown = anna.service.get(f"/media/{row.path}.jpg")
    assert shown.status == 200 and shown.body == data
    assert anna.service.get(f"/media/{row.sha256}.jpg").status == 404


def test_the_original_is_nowhere_on_disk(anna: Citizen) -> None:
    original = photo(8)
    reported_with(anna, original)
    settled(anna)
    folder: Path = anna.service.household.folder
    for file in folder.rglob("*"):
        if file.is_file() and anna.service.household.media in file.parents:
            assert SECRET_MAKE.encode() not in file.read_bytes(), file


def test_a_png_with_transparency_becomes_a_jpeg(anna: Citizen) -> None:
    reported_with(anna, png())
    (row,) = settled(anna)
    assert row.state == "ready" and row.mime == "image/jpeg"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no picture at all",
        photo(1)[:200],
        b"\xff\xd8\xff" + b"\x00" * 500,
        b"<svg onload='alert(1)'/>",
        b"GIF89a",
        b"%PDF-1.7 ...",
    ],
    ids=range(7),
)
def test_what_is_no_picture_is_told(anna: Citizen, body: bytes) -> None:
    reported_with(anna, body)
    anna.until_told(LOST)
    (row,) = settled(anna)
    assert row.state == "refused" and row.sha256 is None
    # The talk goes on.
    anna.press("ส่งเรื่อง")
    anna.until_told("ออกเลขแล้ว")


def test_a_decompression_bomb_is_refused(anna: Citizen) -> None:
    out = io.BytesIO()
    Image.new("L", (9000, 9000)).save(out, "PNG")
    reported_with(anna, out.getvalue())
    anna.until_told(LOST)
    assert anna.service.get("/readyz").status == 200


def test_a_photo_that_is_not_ready_or_fails_at_first_is_fetched_later(anna: Citizen, line: FakeLine) -> None:
    line.fail("content", "500", times=1)
    reported_with(anna, photo(3))
    (row,) = settled(anna)
    assert row.state == "ready" and row.attempts >= 2


def test_a_film_is_waited_for(anna: Citizen) -> None:
    reported_with(anna, film(), kind="video", statuses=[202, 200])
    (row,) = settled(anna)
    assert (row.state, row.mime, row.attempts) == ("ready", "video/mp4", 2)
    url = f"/media/{row.path}.mp4"
    assert anna.service.get(url).body == film()
    part = anna.service.call("GET", url, headers={"Range": "bytes=4-11"})
    assert (part.status, part.body) == (206, film()[4:12])
    assert anna.service.call("HEAD", url).headers["content-length"] == str(len(film()))


@pytest.mark.parametrize("status", [404, 410])
def test_a_photo_that_is_gone_is_told(anna: Citizen, status: int) -> None:
    reported_with(anna, statuses=[status])
    anna.until_told(LOST)
    (row,) = settled(anna)
    assert row.state == "gone"


def test_a_picture_on_somebodys_own_server_is_not_fetched(anna: Citizen, line: FakeLine) -> None:
    anna.tell(anna.text("ไฟทางดับ"), anna.pin())
    there = {"type": "external", "originalContentUrl": "https://evil.example/x.jpg"}
    said = anna.tell(anna.message("image", contentProvider=there))
    assert said and not media_of(anna)
    assert "ส่งเรื่อง" not in " ".join(map(words, said))


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "x", "%00", "a" * 300])
def test_media_paths_are_only_known_names(anna: Citizen, name: str) -> None:
    assert anna.service.get(f"/media/{name}.jpg").status == 404


def test_a_message_id_cannot_lead_elsewhere(anna: Citizen, line: FakeLine) -> None:
    """An id with a slash asks LINE for that id, not for another address."""
    anna.tell(anna.text("ไฟทางดับ"), anna.pin())
    strange = anna.message("image", contentProvider={"type": "line"})
    strange["message"]["id"] = "../../../v2/bot/followers/ids?x="
    anna.tell(strange)
    anna.until_told(LOST)
    assert not [c for c in line.calls if c.path.startswith("/v2/bot/followers")]
