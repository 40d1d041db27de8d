"""The quiz: alone, before and after a training, with breaks, late buttons, buttons twice, and typed answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from casework.quiz import bank
from storage import quiz, sweeping
from storage.models_training import QuizSession, QuizTry
from tests.support.reading import words
from tests.talks.theatre import Actor, Stage, play

RIGHT = {q.th.ask.replace("\u200b", ""): q for q in bank().values()}


def begun(stage: Stage, **more: Any) -> str:
    """A training's code."""
    with stage.store.write() as session:
        return quiz.open_session(session, "ชุมชนวัดม่วง", "1040", stage.rules, stage.now, "malee", **more).code


def asked(message: dict[str, Any]) -> tuple[str, list[str]]:
    """The question's code and the answers as they are shown."""
    (code,) = [q.code for q in bank().values() if q.th.ask in message["altText"]]
    return code, sorted(bank()[code].th.answers, key=message["altText"].find)


def answer(actor: Actor, message: dict[str, Any], *, right: bool = True, typed: bool = False) -> dict[str, Any]:
    """Answer the question that `message` asks; what comes next."""
    code, shown = asked(message)
    place = shown.index(bank()[code].th.answers[0 if right else 1])
    letter = "กขคง"[place]
    said = actor.does(letter if typed else f"[{letter}]")
    assert len(said) == 1, [words(m) for m in said]
    return said[0]


def all_of(actor: Actor, first: dict[str, Any], right: int) -> dict[str, Any]:
    """Answer all ten, the first `right` of them rightly; the result."""
    message = first
    for n in range(10):
        message = answer(actor, message, right=n < right, typed=n % 3 == 0)
    return message


def tries(stage: Stage) -> list[QuizTry]:
    with stage.store.read() as session:
        return list(session.query(QuizTry).order_by(QuizTry.id))


def test_alone_with_a_score_what_was_wrong_and_pages_to_read(stage: Stage) -> None:
    actor = Actor(stage)
    intro, first = actor.does("แบบทดสอบ")
    assert "10 ข้อ" in words(intro) and "ข้อ 1 จาก 10" in words(first)
    result = words(all_of(actor, first, 7))
    assert "7 จาก 10 คะแนน" in result and result.count("✓") == 3 and "หน้าคู่มือที่น่าอ่าน" in result
    assert not tries(stage), "nothing is kept of those who play alone"
    page = next(label for label in actor.buttons if any(q.page and label in words_of_page(q.page) for q in bank().values()))
    assert words(actor.does(f"[{page}]")[0])


def words_of_page(code: str) -> str:
    from casework.handbook import pages

    return pages()[code].th.title


def test_a_training_before_and_after(stage: Stage) -> None:
    code = begun(stage)
    actor = play(
        stage,
        f"""
        คุณ: {code.lower().replace("-", " ").replace(" ", "")}
        1555: ตอนนี้อบรมแล้วหรือยังคะ [ก่อนอบรม] [หลังอบรม]
        """,
    )
    intro, first = actor.does("[ก่อนอบรม]")
    assert "ก่อนอบรม 10 ข้อ" in words(intro)
    before = words(all_of(actor, first, 4))
    assert "4 จาก 10" in before and "✓" not in before and "หลังอบรม" in before, "no answers before the training"
    stage.now += timedelta(hours=5)
    intro, first = actor.does(code)
    assert "หลังอบรม 10 ข้อ" in words(intro)
    after = words(all_of(actor, first, 9))
    assert "9 จาก 10" in after and "ก่อนอบรมได้ 4" in after and after.count("✓") == 1
    play(stage, f"คุณ: {code}\n1555: ทำแบบทดสอบหลังอบรมแล้วค่ะ ได้ 9 จาก 10", actor.person)
    assert [(t.part, len(t.right)) for t in tries(stage)] == [("before", 4), ("after", 9)]
    with stage.store.read() as session:
        found = quiz.sum_up(session, quiz.must(session, code))
    assert (found.before.n, found.before.mean, found.after.mean, found.both, found.gain) == (1, 4.0, 9.0, 1, 5.0)
    assert found.small and sum(share or 0 for _, share, _ in found.questions) == 4


def test_both_times_the_same_questions_of_all_in_a_training(stage: Stage) -> None:
    code = begun(stage)
    seen, orders = [], []
    for _ in range(3):
        actor = Actor(stage)
        actor.does(code)
        message, mine = actor.does("[ก่อนอบรม]")[1], []
        for _ in range(10):
            mine.append(asked(message)[0])
            orders.append(tuple(asked(message)[1]))
            message = answer(actor, message)
        seen.append(mine)
    assert len({frozenset(mine) for mine in seen}) == 1, "one set of questions"
    assert len({tuple(mine) for mine in seen}) > 1 and len(set(orders)) > 10, "in an order of one's own"


def test_a_break_keeps_question_and_order(stage: Stage) -> None:
    actor = Actor(stage)
    first = actor.does("แบบทดสอบ")[1]
    second = answer(actor, first)
    kept = actor.does("เมนู")
    assert any("เก็บเรื่องที่ทำค้างไว้" in words(m) for m in kept)
    stage.now += timedelta(days=2)
    again = actor.does("ทำต่อ")[-1]
    assert asked(again) == asked(second) and "ข้อ 2 จาก 10" in words(again)
    again = actor.does("แบบทดสอบ")[-1]
    assert asked(again) == asked(second)
    actor.does("เมนู")
    code = begun(stage)
    actor.does(code)
    mid = actor.does("[ก่อนอบรม]")[-1]
    actor.does("เมนู")
    assert asked(actor.does(code)[-1]) == asked(mid), "the same training goes on where it was"


def test_late_and_double_presses(stage: Stage) -> None:
    actor = Actor(stage)
    first = actor.does("แบบทดสอบ")[1]
    old = dict(actor.buttons)
    second = answer(actor, first)
    fresh = dict(actor.buttons)
    actor.buttons = dict(old)
    late = actor.does("[ก]")
    assert "ข้อนั้นตอบไปแล้ว" in words(late[0]) and asked(late[-1]) == asked(second)
    actor.buttons = dict(fresh)
    third = actor.does("[ก]")[-1]
    actor.buttons = dict(fresh)
    twice = actor.does("[ก]")
    assert "ข้อนั้นตอบไปแล้ว" in words(twice[0]) and asked(twice[-1]) == asked(third)
    message = twice[-1]
    for _ in range(8):
        message = answer(actor, message)
    assert "จาก 10 คะแนน" in words(message)
    over = actor.does("[ก]")
    assert "จบไปแล้ว" in words(over[0])


def test_typed_answers_and_other_words(stage: Stage) -> None:
    actor = Actor(stage)
    message = actor.does("แบบทดสอบ")[1]
    for typed in ("๑", "ข้อ ข", "c", "ตอบ ง", "2.", "ค)"):
        said = actor.does(typed)
        assert len(said) == 1 and asked(said[0]) != asked(message), typed
        message = said[0]
    code, _ = asked(message)
    message = actor.does(bank()[code].th.answers[0])[0]
    assert "ข้อ 8 จาก 10" in words(message)
    for odd in ("อะไรก็ได้", "5", "ก ข", "ไม่รู้เลยค่ะ ยากมาก"):
        said = actor.does(odd)
        assert "กดปุ่ม หรือพิมพ์ ก ข ค ง" in words(said[0]) and asked(said[-1]) == asked(message), odd
    said = actor.does("มีคนหมดสติหน้าบ้าน ช่วยด้วย")
    assert "1669" in words(said[0])
    play(
        stage,
        """
        คุณ: ยกเลิก
        1555: ยกเลิกเรื่องที่กำลังทำอยู่ใช่ไหมคะ
        คุณ: ใช่
        1555: ยกเลิกให้แล้วค่ะ
        """,
        actor.person,
    )


def test_codes_that_are_wrong_or_over(stage: Stage) -> None:
    code = begun(stage, days=1)
    stage.now += timedelta(days=2)
    play(stage, f"คุณ: {code}\n1555: แบบทดสอบชุดนี้ปิดแล้วค่ะ")
    with stage.store.write() as session:
        session.query(QuizSession).delete()
    play(stage, f"คุณ: {code}\n1555: ไม่พบรหัส {code}")
    mistyped = code[:-1] + ("2" if code[-1] != "2" else "3")
    actor = Actor(stage)
    assert "แบบทดสอบ" not in words(actor.does(mistyped)[0])


def test_in_the_middle_of_a_report_the_report_is_kept(stage: Stage) -> None:
    code = begun(stage)
    actor = play(
        stage,
        f"""
        คุณ: ฝาท่อหายหน้าโรงเรียน
        1555: เกิดที่ไหนคะ
        คุณ: รหัส {code}
        1555: ตอนนี้อบรมแล้วหรือยังคะ
        คุณ: ยกเลิก
        1555: ยกเลิกเรื่องที่กำลังทำอยู่
        คุณ: [ใช่]
        1555: ยกเลิกให้แล้ว
        คุณ: ทำต่อ
        1555: เกิดที่ไหนคะ
        """,
    )
    assert actor.messages


def test_forgetting_who_it_was_keeps_the_groups_figures(stage: Stage) -> None:
    code = begun(stage)
    actor = Actor(stage)
    actor.does(code)
    all_of(actor, actor.does("[ก่อนอบรม]")[1], 5)
    all_of(actor, actor.does(code)[1], 8)
    with stage.store.read() as session:
        before = quiz.sum_up(session, quiz.must(session, code))
    assert before.gain == 3.0
    stage.now += timedelta(days=500)
    for table, limit in sweeping.limits():
        if table == "quiz_tries":
            assert sweeping.sweep(stage.store, stage.rules, table, limit, stage.now) == 2
            assert sweeping.sweep(stage.store, stage.rules, table, limit, stage.now) == 0
    assert [t.person for t in tries(stage)] == [None, None]
    with stage.store.read() as session:
        assert quiz.sum_up(session, quiz.must(session, code)) == before


def test_in_english(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: English
        1555: We speak English
        1555: …
        คุณ: quiz
        1555: A quiz of 10 questions
        1555: Question 1 of 10 … [A] [B] [C] [D]
        คุณ: b
        1555: Question 2 of 10
        """,
    )
