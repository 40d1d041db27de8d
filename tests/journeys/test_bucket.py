"""Photos in a bucket: the way of a photo as in a folder, and a bucket that is away for a while."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.models import Media
from storage.shelf import name_of
from tests.support.bucket import NAME, S3
from tests.support.citizen import Citizen
from tests.support.fake_line import FakeLine
from tests.support.hatch import Hatched
from tests.support.pictures import SECRET_MAKE, photo
from tests.support.service import Household, Process
from tests.support.waiting import until


def photos(household: Household) -> list[Media]:
    with household.read() as session:
        return list(session.scalars(select(Media).order_by(Media.id)))


@pytest.mark.parametrize("fault", [500, 403, "cut"])
def test_a_photo_waits_for_a_bucket_that_is_away_and_is_then_shown(
    own_line: FakeLine, tmp_path: Path, processes: Callable[[Process], Process], fault: int | str
) -> None:
    with S3() as s3:
        s3.fault = fault
        env = {
            "MEDIA_URL": f"s3://{NAME}/bangkok",
            "S3_ENDPOINT": s3.url,
            "S3_ACCESS_KEY_ID": "key",
            "S3_SECRET_ACCESS_KEY": "s3-secret",
        }
        household = Household(tmp_path / "house", own_line.url, **env)
        process = processes(Hatched(household).start())
        anna = Citizen(process, own_line)
        anna.tell(anna.text("ไฟทางดับ"), anna.pin())
        anna.tell(anna.photo(photo(7)))
        until(lambda: s3.calls and photos(household)[0].error == "ShelfAway", seconds=90, why="a try")
        assert photos(household)[0].state == "waiting"
        s3.fault = None
        until(lambda: photos(household)[0].state == "ready", seconds=90, why="the photo")
        (row,) = photos(household)
        shown = process.get(f"/media/{row.path}.jpg")
        kept = s3.bucket(tmp_path, "bangkok")
        assert row.sha256
        assert shown.status == 200 and shown.body == kept.read(name_of(row.sha256))
        assert SECRET_MAKE.encode() not in shown.body and kept.has(name_of(row.sha256, "small"))
        again = process.call("GET", f"/media/{row.path}.jpg", headers={"If-None-Match": shown.headers["etag"]})
        assert again.status == 304
        s3.fault = 500
        assert process.get(f"/media/{row.path}.jpg").status == 503
        s3.fault = None
        anna.press("ส่งเรื่อง")
        anna.until_told("ออกเลขแล้ว")
        assert process.stop() == 0
        assert "s3-secret" not in process.log() and "Traceback" not in process.log()
        assert not list(household.media.iterdir()), "something is left on the way"
        household.close()
