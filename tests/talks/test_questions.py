"""Questions: answered from the handbook where that is certain, else they go to an officer with a number."""

from __future__ import annotations

import pytest

from casework import handbook_search
from tests.talks.theatre import Stage, play


def test_a_kind_that_cannot_be_seen_is_asked_for(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: มีปัญหาหน้าบ้านค่ะ ช่วยมาดูที
        1555: เกิดที่ไหนคะ
        คุณ: 📍 13.7563, 100.5018
        1555: มีรูปไหมคะ … [ไม่มีรูป]
        คุณ: [ไม่มีรูป]
        1555: ใกล้เคียงแบบไหน … [ประเภทอื่น]
        คุณ: ท่อตันค่ะ น้ำไม่ระบาย
        1555: ท่อระบายน้ำ … [ส่งเรื่อง]
        """,
    )
    play(
        stage,
        """
        คุณ: มันพังแล้วค่ะ
        1555: เกิดที่ไหนคะ
        คุณ: 📍 13.7563, 100.5018
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: ใกล้เคียงแบบไหน … [ประเภทอื่น]
        คุณ: [ประเภทอื่น]
        1555: … [สะพาน]
        คุณ: [สะพาน]
        1555: ตรวจก่อนส่ง … สะพาน … [ส่งเรื่อง]
        """,
    )


@pytest.mark.parametrize(
    "question, page",
    [
        ("ขอวิธีแจ้งปัญหาผ่านไลน์หน่อยค่ะ", "report"),
        ("เช็ค สถานะ เรื่องที่แจ้งไปได้ที่ไหน", "track"),
        ("ถ้าแจ้งแล้วเขาเห็นชื่อไหมคะ", "privacy"),
        ("เบอร์รถพยาบาลเบอร์อะไร", "emergency"),
        ("ค่าเก็บขยะปีนี้เท่าไหร่", None),
        ("", None),
    ],
)
def test_which_page_answers(question: str, page: str | None) -> None:
    assert handbook_search.answering(question) == page


def test_a_question_the_handbook_answers(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: สอบถาม/เสนอแนะ
        1555: … [สอบถาม] [เสนอแนะ] [ชมเชย]
        คุณ: [สอบถาม]
        1555: …
        คุณ: แจ้งแล้วหน่วยงานจะเห็นชื่อไหมคะ
        1555: หน่วยงานไม่เห็นชื่อหรือเบอร์ของคุณ
        1555: ตรงกับที่อยากรู้ไหมคะ [ได้คำตอบแล้ว] [ถามเจ้าหน้าที่]
        คุณ: [ได้คำตอบแล้ว]
        1555: …
        """,
    )


def test_a_question_the_handbook_answers_badly_goes_on_to_an_officer(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: สอบถาม/เสนอแนะ
        1555: … [สอบถาม]
        คุณ: [สอบถาม]
        1555: …
        คุณ: เบอร์ติดต่อเขตบางรักเบอร์อะไรคะ
        1555: โทร 1555
        1555: ตรงกับที่อยากรู้ไหมคะ
        คุณ: [ถามเจ้าหน้าที่]
        1555: เบอร์ติดต่อเขตบางรักเบอร์อะไรคะ … [ส่งเรื่อง]
        คุณ: [ส่งเรื่อง]
        1555: ออกเลขแล้ว
        """,
    )
