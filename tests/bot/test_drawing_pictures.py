"""Pictures made to hurt: what is hidden in them, and what they cost."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from PIL.ExifTags import Base

from bot.media import MOST_SCANS, NotWhatItClaims, draw
from tests.support.pictures import photo

SECRET = b"Secret-4711"


def drawn(file: Path, body: bytes, edge: int = 64) -> tuple[Image.Image, bytes]:
    file.write_bytes(body)
    picture = draw(file, edge)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return picture, out.getvalue()


def with_secrets(kind: str) -> bytes:
    picture = Image.frombytes("RGB", (80, 60), random.Random(5).randbytes(80 * 60 * 3))
    exif = Image.Exif()
    exif[Base.Make] = SECRET.decode()
    exif[Base.ImageDescription] = SECRET.decode()
    out, words = io.BytesIO(), PngImagePlugin.PngInfo()
    for name in ("comment", "exif", "XML:com.adobe.xmp", "dpi", "icc_profile"):
        words.add_text(name, SECRET.decode())
    kinds: dict[str, dict[str, Any]] = {
        "JPEG": {"comment": SECRET, "xmp": SECRET, "icc_profile": SECRET * 20, "exif": exif},
        "PNG": {"pnginfo": words, "icc_profile": SECRET * 20, "exif": exif},
        "WEBP": {"xmp": SECRET, "icc_profile": SECRET * 20, "exif": exif},
        "GIF": {"comment": SECRET},
    }
    picture.save(out, kind, **kinds[kind])
    return out.getvalue() + b"<script>" + SECRET


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_nothing_hidden_is_drawn(tmp_path: Path, kind: str) -> None:
    """EXIF, XMP, comments, colour profiles, texts, and what was appended behind the picture."""
    body = with_secrets(kind)
    assert SECRET in body
    picture, kept = drawn(tmp_path / "x", body)
    assert picture.size == (64, 48) and picture.mode == "RGB"
    assert SECRET not in kept and b"<script" not in kept and b"Exif" not in kept


@pytest.mark.parametrize("edge", [8, 64, 2048])
@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_stands_upright(tmp_path: Path, turn: int, edge: int) -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = turn
    out = io.BytesIO()
    Image.new("RGB", (400, 200)).save(out, "JPEG", exif=exif)
    picture, _ = drawn(tmp_path / "x", out.getvalue(), edge)
    assert (picture.width < picture.height) == (turn >= 5)
    assert max(picture.size) == min(edge, 400)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_kind_of_colour(tmp_path: Path, mode: str) -> None:
    kind = "JPEG" if mode in {"CMYK", "YCbCr"} else "GIF" if mode == "PA" else "PNG"
    out = io.BytesIO()
    Image.new("P" if mode == "PA" else mode, (300, 200)).save(out, kind)
    assert drawn(tmp_path / "x", out.getvalue())[0].size == (64, 43)


def scans(count: int) -> bytes:
    """A progressive JPEG whose last scan is there again and again."""
    out = io.BytesIO()
    Image.new("L", (64, 64)).save(out, "JPEG", progressive=True)
    body = out.getvalue()
    last = body[body.rindex(b"\xff\xda") : -2]
    return body[:-2] + last * count + b"\xff\xd9"


def test_a_jpeg_of_endless_scans_is_refused(tmp_path: Path) -> None:
    """20 MB of them would keep a processor busy for an hour at 60 million pixels."""
    assert drawn(tmp_path / "x", scans(5))[0].size == (64, 64)
    with pytest.raises(NotWhatItClaims):
        drawn(tmp_path / "x", scans(MOST_SCANS))


def test_a_large_jpeg_needs_little_memory(tmp_path: Path) -> None:
    """Decoded no larger than needed: 48 million pixels are 144 MB otherwise, and twice that while turned."""
    file = tmp_path / "large.jpg"
    Image.new("RGB", (8000, 6000), (90, 90, 90)).save(file, "JPEG")
    code = (
        "import resource, sys; from pathlib import Path; from bot.media import draw\n"
        "most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = most(); draw(Path(sys.argv[1]), 2048); print(most() - before)"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code, str(file)], cwd=root, capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 100_000_000


@pytest.mark.parametrize("size", [(60_000, 1_001), (100_000, 1000)])
def test_more_pixels_than_anyone_needs_are_refused_unread(tmp_path: Path, size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    with pytest.raises((Image.DecompressionBombError, Image.DecompressionBombWarning)):
        drawn(tmp_path / "x", out.getvalue())


def test_a_photo_with_its_place_shows_neither(tmp_path: Path) -> None:
    body = photo(3)
    assert Image.open(io.BytesIO(body)).getexif()
    picture, kept = drawn(tmp_path / "x", body, 2048)
    assert not picture.getexif() and b"Exif" not in kept
