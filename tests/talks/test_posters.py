"""Who came by which poster: the code that is sent, at any time; what is counted, once; what is forgotten."""

from __future__ import annotations

from datetime import timedelta

from casework.posters import Code
from storage import cases, posters, sweeping
from storage.models import Case
from storage.models_training import CameBy
from tests.talks.theatre import Actor, Stage, play


def code_of(stage: Stage, name: str = "ตลาดบางกะปิ") -> str:
    with stage.store.write() as session:
        return posters.make(session, "place", name, "1006", stage.now, "malee").code


def counted(stage: Stage) -> dict[str, Code]:
    with stage.store.read() as session:
        return {row.name: row for row in posters.listed(session)}


def test_a_new_person_comes_by_a_poster_and_reports(stage: Stage) -> None:
    code = code_of(stage)
    play(
        stage,
        f"""
        คุณ: (follow)
        1555: ยินดีให้บริการ
        1555: ข้อมูลส่วนบุคคล
        1555: เลือกได้เลยค่ะ
        คุณ: สวัสดีค่ะ รหัส {code}
        1555: ขอบคุณที่เพิ่มเพื่อนค่ะ
        1555: เลือกได้เลยค่ะ [แจ้งปัญหา]
        คุณ: {code}
        1555: ขอบคุณที่เพิ่มเพื่อนค่ะ
        1555: เลือกได้เลยค่ะ
        คุณ: ฝาท่อหายหน้าโรงเรียน
        1555: เกิดที่ไหนคะ
        คุณ: 📍 13.7563, 100.5018
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: ตรวจก่อนส่ง
        คุณ: [ส่งเรื่อง]
        1555: ออกเลขแล้ว
        """,
    )
    row = counted(stage)["ตลาดบางกะปิ"]
    assert (row.added, row.known, row.reports) == (1, 0, 1)


def test_somebody_known_is_counted_apart_and_the_first_code_counts(stage: Stage) -> None:
    first, second = code_of(stage), code_of(stage, "วัดม่วง")
    actor = Actor(stage)
    actor.does("สวัสดีค่ะ")
    stage.now += timedelta(days=3)
    actor.does(first.lower().replace("-", ""))
    actor.does(second)
    found = counted(stage)
    assert (found["ตลาดบางกะปิ"].added, found["ตลาดบางกะปิ"].known) == (0, 1)
    assert (found["วัดม่วง"].added, found["วัดม่วง"].known) == (0, 0)
    actor.does("ฝาท่อหายหน้าโรงเรียน")
    actor.does("📍 13.7563, 100.5018")
    actor.does("[ไม่มีรูป]")
    actor.does("[ส่งเรื่อง]")
    assert counted(stage)["ตลาดบางกะปิ"].reports == 0, "they would have reported without the poster"


def test_a_code_in_the_middle_of_a_report_keeps_it(stage: Stage) -> None:
    code = code_of(stage)
    play(
        stage,
        f"""
        คุณ: ฝาท่อหายหน้าโรงเรียน
        1555: เกิดที่ไหนคะ
        คุณ: {code}
        1555: ขอบคุณที่เพิ่มเพื่อนค่ะ … เกิดที่ไหนคะ
        คุณ: 📍 13.7563, 100.5018
        1555: มีรูปไหมคะ
        """,
    )


def test_a_code_that_nobody_made(stage: Stage) -> None:
    from casework import short_codes

    play(stage, f"คุณ: {short_codes.new('P')}\n1555: ไม่พบรหัสนี้ค่ะ\n1555: เลือกได้เลยค่ะ")
    assert not counted(stage)


def test_the_same_place_has_one_code_and_counts_by_days(stage: Stage) -> None:
    assert code_of(stage) == code_of(stage, " ตลาดบางกะปิ ")
    actor = Actor(stage)
    actor.does(code_of(stage))
    today = (stage.now + timedelta(hours=7)).date()
    with stage.store.read() as session:
        assert posters.listed(session, since=today)[0].added == 1
        assert posters.listed(session, until=today)[0].added == 0
        assert posters.listed(session, since=today + timedelta(days=1))[0].added == 0


def test_forgetting_leaves_the_counts(stage: Stage) -> None:
    Actor(stage).does(code_of(stage))
    stage.now += timedelta(days=500)
    for table, limit in sweeping.limits():
        if table == "came_by":
            assert sweeping.sweep(stage.store, stage.rules, table, limit, stage.now) == 1
    with stage.store.read() as session:
        assert session.query(CameBy).count() == 0
    assert counted(stage)["ตลาดบางกะปิ"].added == 1


def test_the_share_button_stands_where_people_are_pleased(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: แนะนำเพื่อน
        1555: แนะนำเพื่อน … ไม่เก็บว่าใครแนะนำใคร [แนะนำเพื่อน]
        คุณ: เมนู
        1555: เลือกได้เลยค่ะ … [แนะนำเพื่อน]
        """,
    )
    assert actor.buttons["แนะนำเพื่อน"] == {"type": "uri", "label": "แนะนำเพื่อน", "uri": "https://1555.example/go/menu/share"}
    for line in ("ฝาท่อหายหน้าโรงเรียน", "📍 13.7563, 100.5018", "[ไม่มีรูป]"):
        actor.does(line)
    actor.does("[ส่งเรื่อง]")
    assert actor.buttons["แนะนำเพื่อน"]["uri"].endswith("/go/sent/share")
    with stage.store.write() as session:
        case = session.query(Case).one()
        for status in ("accepted", "inspecting", "fixed_reported"):
            cases.move(session, case, status, stage.now, who="staff", actor="staff:malee", told=True)
        number = case.number
    actor.does(number)
    actor.does("[แก้ไขแล้วจริง]")
    actor.does("[5 ดาว]")
    actor.does("ไม่มีแล้ว")
    assert actor.buttons["แนะนำเพื่อน"]["uri"].endswith("/go/fixed/share")
