"""Photos as telephones make them, with the place hidden inside; and files that only claim to be photos."""

from __future__ import annotations

import io
import random

from PIL import Image

GPS_IFD, MAKE = 0x8825, 0x010F
SECRET_MAKE = "SecretPhone-4711"


def photo(seed: int = 0, size: tuple[int, int] = (320, 240)) -> bytes:
    """A JPEG with EXIF: the telephone's make and the place where it was taken."""
    noise = random.Random(seed)
    picture = Image.frombytes("RGB", (8, 6), noise.randbytes(8 * 6 * 3)).resize(size)
    exif = Image.Exif()
    exif[MAKE] = SECRET_MAKE
    gps = exif.get_ifd(GPS_IFD)
    gps[1], gps[2], gps[3], gps[4] = "N", (13.0, 45.0, 22.68), "E", (100.0, 30.0, 6.48)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def png(size: tuple[int, int] = (64, 48)) -> bytes:
    """A PNG."""
    out = io.BytesIO()
    Image.new("RGBA", size, (10, 200, 30, 120)).save(out, "PNG")
    return out.getvalue()


def film() -> bytes:
    """The beginning of an MP4."""
    return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(2000)
