"""Officers of the centre at the command line: cases, and what goes wrong."""

from __future__ import annotations

import json

from docs.th.scenes.stage import Chat, Stage

BY = ("--by", "malee")


def add(stage: Stage, text: str, category: str, lat: float, lng: float, *more: str) -> str:
    """A case by telephone; its number."""
    given = ("--text", text, "--category", category, "--lat", str(lat), "--lng", str(lng), *more, *BY, "--json")
    return str(json.loads(stage.run("cases", "add", *given))["number"])


def some(stage: Stage) -> list[str]:
    """Cases of several districts; their numbers."""
    made = [
        add(stage, "ถนนเป็นหลุมหน้าตลาด รถหลบกันทุกคัน", "road", 13.7649, 100.5383),
        add(stage, "ขยะไม่ได้เก็บมาสี่วันแล้ว ส่งกลิ่นมาก", "waste", 13.7660, 100.6440),
        add(stage, "ต้นไม้ล้มขวางซอย รถผ่านไม่ได้", "tree", 13.7307, 100.5418, "--urgent"),
        add(stage, "น้ำท่วมขังหน้าโรงเรียนทุกครั้งที่ฝนตก", "flood", 13.8135, 100.7320),
    ]
    stage.later(hours=5)
    stage.run("cases", "status", made[0], "accepted", *BY)
    made.append(add(stage, "ไฟทางดับทั้งซอย เดินกลับบ้านมืดมาก", "light", 13.7539, 100.5018))
    return made


def report(stage: Stage, citizen: Chat) -> str:
    """An ordinary report in the chat; its number."""
    citizen.say("ถนนเป็นหลุมหน้าตลาด รถหลบกันทุกคัน")
    citizen.hears("เกิดที่ไหนคะ")
    citizen.pin(13.7649, 100.5383)
    citizen.hears("มีรูปไหมคะ")
    citizen.photo("pothole")
    citizen.hears("ตรวจก่อนส่ง")
    stage.rest()
    citizen.press("ส่งเรื่อง")
    citizen.hears("เลขเรื่อง")
    return str(stage.cases()[0]["number"])


def find_cases(stage: Stage) -> None:
    """A list, and one case with its story."""
    road, *_ = some(stage)
    stage.run("cases", "note", road, "ผู้รับเหมาเข้าพื้นที่วันศุกร์", *BY)
    stage.type("cases", "list")
    stage.terminal("find-cases-list")
    stage.type("cases", "list", "--status", "open", "--district", "ราชเทวี")
    stage.terminal("find-cases-district")
    stage.type("cases", "show", road)
    stage.terminal("find-cases-show")


def add_case(stage: Stage) -> None:
    """By telephone; the same letter twice; outside Bangkok."""
    text = ("--text", "ฝาท่อแตกหน้าโรงเรียน เด็กเกือบตก")
    stage.type("cases", "add", *text, "--category", "drain", "--lat", "13.7563", "--lng", "100.5018", "--urgent", *BY)
    letter = ("--channel", "letter", "--district", "บางรัก", "--external-no", "กท 0123/2569")
    stage.type("cases", "add", "--text", "ขอให้ตัดกิ่งไม้ริมถนนสีลม", "--category", "tree", *letter, *BY)
    stage.terminal("add-case-done")
    stage.type("cases", "add", "--text", "ขอให้ตัดกิ่งไม้ริมถนนสีลม", "--category", "tree", *letter, *BY)
    stage.type("cases", "add", "--text", "ถนนพัง", "--lat", "13.9130", "--lng", "100.4980", *BY)
    stage.terminal("add-case-refused")


def change_case(stage: Stage) -> None:
    """Status, hand on, merge; what the citizen hears; refusals."""
    citizen = stage.person("สมหญิง")
    number = report(stage, citizen)
    other = add(stage, "หลุมใหญ่หน้าตลาด", "road", 13.76495, 100.53835)
    stage.type("cases", "status", number, "inspecting", "--note", "ทีมช่างเข้าสำรวจแล้ว", *BY)
    stage.type("cases", "assign", number, "works", "--note", "เป็นถนนสายหลัก", "--reason", "ถนนในความดูแลของ สนย.", *BY)
    stage.type("cases", "merge", other, number, "--reason", "จุดเดียวกัน", *BY)
    stage.terminal("change-case-done")
    citizen.hears("ส่งต่อให้สำนักการโยธา")
    stage.telephone("change-case-citizen", citizen, "กำลังตรวจสอบและดำเนินการ")
    stage.type("cases", "status", number, "numbered", *BY)
    stage.type("cases", "status", number, "not_ours", *BY)
    stage.terminal("change-case-refused")


def when_it_fails(stage: Stage) -> None:
    """doctor and the queue."""
    citizen = stage.person("สมหญิง")
    citizen.say("สวัสดีค่ะ")
    citizen.hears("สวัสดีค่ะ")
    stage.type("doctor", since="Checks")
    stage.terminal("when-it-fails-doctor")
    stage.type("queue", "list")
    stage.terminal("when-it-fails-queue")


def people(stage: Stage) -> None:
    """Somebody telephones: who is it, what became of it; a label; their own data in the chat."""
    citizen = stage.person("สมหญิง")
    report(stage, citizen)
    stage.rest()
    why = ("--reason", "โทรถามเรื่องถนน", *BY)
    stage.type("people", "find", "สมหญิง", *why)
    who = json.loads(stage.run("people", "find", "สมหญิง", "--json", *why))
    stage.terminal("people-find")
    stage.type("people", "show", who[0]["id"], "--messages", "6", *why)
    stage.terminal("people-show")
    citizen.say("ข้อมูลของฉัน")
    citizen.hears("ข้อมูลของฉัน")
    stage.telephone("people-own", citizen, "ข้อมูลของฉัน")
    citizen.press("ลบข้อมูลของฉัน")
    citizen.hears("ยืนยันลบ")
    stage.telephone("people-erase", citizen, "ลบข้อมูลของฉัน")
