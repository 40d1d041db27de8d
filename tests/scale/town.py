"""What the generated city is like: how cases spread over districts and categories, and words of our own for them.

The weights are our own rough shares (large outer districts more, small old ones less), no statistics; the sentences are
put together from these words, and nobody wrote them as a complaint.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

from casework.place_data import tables

_HEAVY = "1042 1040 1005 1046 1021 1032 1011 1030 1003 1010 1036 1006"
_LIGHT = "1001 1008 1013 1016 1004 1014 1024 1018 1015 1048 1002 1028"
DISTRICTS = {code: 4.0 if code in _HEAVY else 1.0 if code in _LIGHT else 2.0 for code in sorted(tables().districts)}
"""District code → weight: 4 for the twelve largest, 1 for the twelve smallest, 2 for the rest."""
CATEGORIES = {
    **{"road": 14.0, "pavement": 9.0, "flood": 6.0, "drain": 5.0, "light": 10.0, "waste": 9.0, "tree": 4.0},
    **{"obstruction": 8.0, "sign": 2.0, "traffic": 6.0, "safety": 3.0, "bridge": 1.0, "wire": 3.0, "canal": 2.0},
    **{"noise": 5.0, "air": 3.0, "animal": 3.0, "health": 1.0, "social": 1.0, "fire": 0.5, "water": 2.0},
    **{"building": 2.0, "conduct": 1.0, "other": 3.0},
}
CHANNELS = {"line": 70.0, "phone_1555": 16.0, "mis": 6.0, "facebook": 3.0, "walk_in": 2.0, "letter": 1.0, "governor_line": 2.0}
KINDS = {"complaint": 94.0, "inquiry": 3.0, "suggestion": 2.0, "compliment": 1.0}
SPOTS = 400
"""Places in a district that cases gather around."""

_THINGS = {
    "road": "ผิวถนน", "pavement": "ทางเท้า", "flood": "น้ำ", "drain": "ท่อระบายน้ำ", "light": "ไฟทาง", "waste": "กองขยะ",
    "tree": "กิ่งไม้", "obstruction": "แผงลอย", "sign": "ป้ายบอกทาง", "traffic": "รถ", "safety": "มุมมืด", "bridge": "สะพานลอย",
    "wire": "สายไฟ", "canal": "คลอง", "noise": "เสียง", "air": "ควัน", "animal": "สุนัขจรจัด", "health": "ยุง",
    "social": "คนไร้บ้าน", "fire": "หัวดับเพลิง", "water": "ท่อประปา", "building": "ตึกข้างบ้าน", "conduct": "เจ้าหน้าที่",
    "other": "เรื่องทั่วไป",
}  # fmt: skip
_STATES = ("มีปัญหา", "ชำรุด", "ไม่เรียบร้อย", "ใช้การไม่ได้", "อยู่ในสภาพแย่", "เป็นมาหลายวัน", "เป็นอีกแล้ว", "น่าเป็นห่วง")
_WHERE = ("หน้าตลาด", "ปากซอย", "กลางซอย", "ท้ายซอย", "หน้าโรงเรียน", "ข้างวัด", "ใต้สะพาน", "หน้าป้ายรถเมล์", "หลังหมู่บ้าน")
_WHEN = ("ตั้งแต่เมื่อวาน", "ตอนเช้า", "ตอนกลางคืน", "หลังฝนตก", "ทุกวัน", "มาสองสัปดาห์")
_ASKS = ("ช่วยดูให้หน่อยค่ะ", "ฝากตรวจสอบด้วยครับ", "ขอให้แก้ไขด้วยค่ะ", "ไม่สะดวกเลยครับ", "เดินลำบากค่ะ", "ขอบคุณค่ะ")
_NOTES = ("ส่งทีมไปดูแล้ว", "นัดเข้าพื้นที่", "รออุปกรณ์", "ประสานหน่วยที่เกี่ยวข้อง", "ดำเนินการแล้ว", "ตรวจแล้ว")


class Choice:
    """Draws from weighted things, quickly."""

    def __init__(self, weights: dict[str, float]) -> None:
        self._names, self._sums = list(weights), list(accumulate(weights.values()))

    def draw(self, rng: Random) -> str:
        """One of them."""
        return rng.choices(self._names, cum_weights=self._sums)[0]


def sentence(rng: Random, category: str) -> str:
    """A made-up report."""
    pick = rng.choice
    return f"{_THINGS[category]}{pick(_STATES)} {pick(_WHERE)} {pick(_WHEN)} {pick(_ASKS)}"


def note(rng: Random) -> str:
    """Made-up words of staff."""
    return rng.choice(_NOTES)


def spots(rng: Random) -> dict[str, list[tuple[float, float]]]:
    """Places of each district (latitude, longitude), within some two kilometres of its point on the map."""
    return {
        code: [(row.lat + rng.gauss(0, 0.009), row.lng + rng.gauss(0, 0.009)) for _ in range(SPOTS)]
        for code, row in tables().districts.items()
    }
