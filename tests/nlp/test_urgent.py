"""BEST and life in danger, with sentences that only sound like them."""

import pytest

from nlp import understand

URGENT = [
    "น้ำมันหกบนผิวจราจร", "มีน้ำมันหกกลางถนน รถลื่น", "คราบน้ำมันเต็มถนน", "oil spill on the road",
    "ถนนเป็นหลุมขนาดใหญ่", "ถนนทรุดตัวเป็นโพรง", "หลุมลึกมากกลางถนน", "ถนนยุบหน้าตลาด", "รถตกหลุมล้มหลายคัน",
    "a huge pothole on Sukhumvit", "หลุมบนถนนอันตราย มอเตอร์ไซค์ล้ม", "เศษปูนหล่นเกลื่อนถนน", "เศษวัสดุก่อสร้างตกเกลื่อนกลางถนน",
    "หินหล่นจากรถบรรทุกเต็มถนน", "ต้นไม้ล้มขวางถนน", "กิ่งไม้ใหญ่หักทับรถ", "ต้นไม้ล้มทับบ้าน", "a fallen tree blocks the road",
    "เสาไฟฟ้าเอียงจะล้ม", "เสาไฟเอียงมาก", "ป้ายโฆษณาใกล้ล้ม", "ป้ายบิลบอร์ดเอียง", "a leaning pole near my house",
    "ฝาท่อหาย", "ฝาท่อแตกหน้าโรงเรียน", "ฝาท่อระบายน้ำชำรุด", "บ่อพักไม่มีฝาปิด", "missing manhole cover",
    "ทางเท้าทรุดเป็นโพรง", "ฟุตบาทพัง", "ทางเท้าแตกเสียหาย", "broken pavement", "สายไฟขาดพาดถนน", "ขอให้มาด่วนที่สุดค่ะ น้ำท่วม",
    "ขยะล้น เร่งด่วนมาก", "urgent! flood in my soi", "ท่อระบายน้ำฝาเปิดอยู่ เด็กตกท่อได้",
]  # fmt: skip
ORDINARY = [
    "ถนนเป็นหลุมเล็กๆ", "ขยะไม่มาเก็บ", "ไฟทางดับ", "สุนัขจรจัดเยอะ", "เสียงดังตอนกลางคืน", "น้ำท่วมขังปากซอย",
    "ขอให้ตัดกิ่งไม้เพื่อป้องกันต้นไม้ล้ม", "กลัวว่าต้นไม้จะล้มทับบ้านตอนพายุ", "ถ้าต้นไม้ล้มจะแจ้งใคร", "เกรงว่าเสาไฟจะล้ม",
    "เคยมีฝาท่อหายเมื่อปีที่แล้ว", "ขอบคุณที่มาซ่อมฝาท่อแตกให้", "ฝาท่อแตกซ่อมเสร็จแล้ว ขอบคุณค่ะ", "ไม่เร่งด่วนค่ะ ว่างเมื่อไหร่ค่อยมา",
    "อยากถามวิธีแจ้งฝาท่อหาย", "ทางด่วนศรีรัชรถติด", "สายด่วน 1555 โทรยังไง", "ขนส่งด่วนพิเศษจอดขวาง", "not urgent, the grass is long",
    "ต้องการถังขยะเพิ่ม", "ทาสีทางม้าลายให้หน่อย", "ขอกล้องวงจรปิด", "ไม่ได้มีน้ำมันหกนะคะ", "ป้ายหาเสียงติดเสาไฟ",
    "สวัสดีค่ะ", "อบรมซ้อมหนีไฟไหม้วันไหน", "อยากให้มีถังดับเพลิงในชุมชน เผื่อไฟไหม้", "ประกันไฟไหม้ต้องทำที่ไหน",
    "บทเรียนจากเหตุไฟไหม้ปีที่แล้ว", "เมื่อก่อนถนนทรุดตอนนี้ดีแล้ว", "ขอคำแนะนำเรื่องป้องกันแก๊สรั่ว", "ราคาน้ำมันขึ้นทุกวัน",
    "fire station opening hours", "ร้อนเหมือนไฟไหม้เลย", "งานเยอะเหมือนจมน้ำ",
]  # fmt: skip
EMERGENCY = [
    "ไฟไหม้บ้านข้างๆ", "เพลิงไหม้ชุมชนคลองเตย", "my house is on fire", "มีคนโดนไฟดูด", "คนติดอยู่ในลิฟต์", "ตึกถล่ม",
    "แก๊สรั่วเหม็นมาก", "มีคนจะกระโดดสะพาน", "ผู้ป่วยหมดสติไม่หายใจ", "เด็กตกน้ำ", "มีคนจมน้ำ", "คนร้ายถือมีดไล่แทง",
    "โดนปล้นหน้าปากซอย", "a man is drowning", "gas leak in the building", "อยากตาย ไม่อยากมีชีวิตอยู่แล้ว",
]  # fmt: skip


@pytest.mark.parametrize("text", URGENT)
def test_urgent_and_why(text: str) -> None:
    found = understand(text)
    assert found.urgent
    assert found.urgent_why
    assert found.urgent_why in text.lower()
    assert found.urgent_sure


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary(text: str) -> None:
    found = understand(text)
    assert not found.urgent
    assert not found.emergency
    assert found.urgent_why == ""


@pytest.mark.parametrize("text", EMERGENCY)
def test_emergency(text: str) -> None:
    found = understand(text)
    assert found.emergency
    assert found.urgent


@pytest.mark.parametrize("text", ["ทางม้าลายเลือน อันตรายมาก", "กลัวว่าต้นไม้จะล้ม", "ป้ายเก่าร้าวแล้ว"])
def test_a_hint_of_danger_is_asked_about(text: str) -> None:
    assert not understand(text).urgent_sure
