"""Danger by a thing and its state: any order, any spelling; and what only sounds like it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import thai, urgent
from nlp.danger import find_danger
from nlp.fuzzy import NearFinder, mistyped, skeleton

LIFE = [
    "ช่วยด้วย มีคนโดนรถชน",
    "เด็กติดในรถ กระจกปิดหมด",
    "ได้กลิ่นแก๊สแรงมากในบ้าน",
    "ยายล้มหัวฟาด เลือดไหลเยอะมาก",
    "มีคนจะโดดตึกตรงคอนโด",
    "พ่อโดนงูกัดที่ขา",
    "แม่ไม่หายใจแล้ว ทำยังไงดี",
    "ไฟดูดคนที่ตู้น้ำหน้าโรงเรียน",
    "ผัวถือมีดไล่ฟันอยู่",
    "มีคนยิงกันหน้าปากซอย",
    "บ้านถล่มทับคนงาน",
    "ควันเต็มบ้าน ออกไม่ได้",
    "คนตกรางรถไฟฟ้า",
    "ลูกสาวกินยาเกินขนาด",
    "พ่อเจ็บหน้าอก หายใจไม่ทัน",
    "ไม่อยากอยู่แล้วค่ะ เหนื่อยมาก อยากหลับไปเลย",
    "ไฟไหม้โรงงานซอย 5",
    "เด็กจมน้ำในสระ",
    "คนงานติดอยู่ใต้ปูน",
    "มีวัยรุ่นยกพวกตีกันมีปืนด้วย",
    "แก๊สรั่วที่ร้านข้างบ้าน",
    "ผู้ชายนอนจมกองเลือดข้างถนน",
    "เมียจะคลอดแล้ว น้ำเดินแล้ว รถติดมาก",
    "someone is trapped in the elevator",
    "my neighbour is beating his wife with a knife",
    "มีคนตกน้ำตรงท่าเรือ",
    "ไฟช็อดคนตกเสาไฟ",
    "ขโมยงัดบ้านอยู่ตอนนี้",
    "รถพลิกคว่ำมีคนติดอยู่ข้างใน",
    "จะฆ่าตัวตาย",
    "help! fire in my house",
    "fire",
    "Fire! Fire!",
    "fire in the kitchen next door",
    "help there is fire at my condo",
    "call an ambulance",
]
NO_LIFE = [
    "ร้อนจะตายอยู่แล้ว เมื่อไหร่ไฟจะมา",
    "รอจนจะเป็นลมแล้ว คิวยาวมาก",
    "ขอกล้องวงจรปิดเพราะเคยมีคนโดนปล้น",
    "อยากให้ติดราวกันตกน้ำ",
    "เด็กแว้นเสียงดังทุกคืน",
    "ลิฟต์สะพานลอยเสีย",
    "ขอถังดับเพลิง",
    "หมาข้างบ้านเห่าทั้งคืนนอนไม่ได้",
    "ถ้าไฟไหม้ต้องโทรเบอร์ไหน",
    "คนไร้บ้านนอนหน้าร้าน",
    "ติดต่อเจ้าหน้าที่ไม่ได้",
    "แถวนี้เสี่ยงไฟไหม้ สายไฟรก",
    "น้ำท่วมเข้าบ้าน คนแก่เดินลำบาก",
    "ขายแก๊สริมถนน กลัวระเบิด",
    "มีคนดื่มเหล้าส่งเสียงดัง",
    "เพื่อนบ้านทะเลาะกันบ่อย",
    "บุหรี่เหม็นมากหายใจไม่ออก",
    "ฝุ่นเยอะหายใจลำบาก",
    "ควันปิ้งย่างเหม็นหายใจไม่ออก",
    "รถติดจนจะบ้าตาย",
    "the fire hydrant in my soi is broken",
    "fire extinguisher missing at the market",
    "fireworks in the temple every night",
    "is there a fire station in my district",
]

SLIPS = [
    "ฝาท่หาย",
    "ฝาทอหาย",
    "ฝาท้อหาย",
    "ฝาท่ออหาย",
    "ฝาถ่อแตก",
    "น้ำมั่นหกเต็มถนน",
    "นำมันหกบนถนน",
    "ต้นไม่ล้มขวางถนน",
    "ฟุตบาธพัง",
    "ฟุดบาทชำรุต",
    "เสาไฟฟาเอียง",
    "หลุมไหญ่กลางถนน",
    "ป้ายโคษณาจะล้ม",
    "ถนนซุดตัว",
]
ANY_ORDER = [
    "หายไปแล้วฝาท่อหน้าบ้าน",
    "ล้มขวางถนนอยู่ต้นไม้ใหญ่",
    "พังหมดเลยฟุตบาท",
    "ใหญ่มากเลยหลุมกลางถนน",
    "เอียงแล้วเสาไฟ",
]
MENDED = [
    "ฝาท่อที่แตกมาเปลี่ยนให้แล้ว",
    "ต้นไม้ล้มเก็บออกหมดแล้ว",
    "ถนนที่พังซ่อมเสร็จแล้วครับ",
    "หลุมใหญ่กลบให้แล้ว ขอบคุณ",
    "เสาไฟไม่ได้เอียง",
    "ฝาท่อไม่แตก",
    "ถ้าฝาท่อหายต้องแจ้งใคร",
    "the street light in my soi is broken",
    "road sign broken",
    "ถนนแทบพังเพราะคนเยอะ",
]


@pytest.mark.parametrize("text", LIFE)
def test_a_life_is_in_danger(text: str) -> None:
    assert urgent.judge(thai.normalise(text)).emergency


@pytest.mark.parametrize("text", NO_LIFE)
def test_no_life_is_in_danger(text: str) -> None:
    assert not urgent.judge(thai.normalise(text)).emergency


@pytest.mark.parametrize("text", SLIPS + ANY_ORDER)
def test_urgent_in_any_spelling_and_order(text: str) -> None:
    assert urgent.judge(thai.normalise(text)).urgent


@pytest.mark.parametrize("text", MENDED)
def test_what_is_mended_denied_or_asked_is_not_urgent(text: str) -> None:
    assert not urgent.judge(thai.normalise(text)).urgent


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*SLIPS, "ไม่", "ถ้า", " ", "\n", "ถนน", "คน", "ก", "่"]), max_size=8).map("".join))
def test_dangers_lie_in_the_text(text: str) -> None:
    plain = thai.normalise(text)
    for found in find_danger(plain):
        assert 0 <= found.start < found.end <= len(plain)
        assert "\n" not in plain[found.start : found.end]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="กขคงาิี่้๊์ๆเแไabc ", max_size=30))
def test_a_skeleton_knows_where_it_came_from(text: str) -> None:
    bones, at = skeleton(text)
    assert len(at) == len(bones) + 1
    assert at == sorted(at)
    assert at[-1] == len(text)


def test_short_words_are_not_guessed() -> None:
    finder = NearFinder([("ล้ม", "fall"), ("ฟุตบาท", "walk")])
    assert [h.values for h in finder.find("ลมแรง")] == []
    assert [h.values for h in finder.find("ฟุตบท")] == [("walk",)]
    assert [h.exact for h in finder.find("ล้ม ฟุตบาท")] == [True, True]


def test_a_neighbouring_key() -> None:
    assert "หสย" in mistyped("หาย")
    assert all(len(slip) == 3 for slip in mistyped("หาย"))
