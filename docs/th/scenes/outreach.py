"""News, trainings, posters: what goes out of the centre to many."""

from __future__ import annotations

import json
from pathlib import Path

from docs.th.scenes.stage import Chat, Stage

BY = ("--by", "malee")
FLOOD = "คืนนี้ฝนหนัก ถนนเพชรเกษมช่วงบางแคมีน้ำท่วมขัง โปรดเลี่ยงเส้นทาง"
QUESTIONS = 10


def announce(stage: Stage) -> None:
    """Somebody follows a district; reach and cost; sent with an end; called off."""
    citizen = stage.person("สมหญิง")
    citizen.say("ข่าวประชาสัมพันธ์")
    citizen.hears("ติดตามข่าว")
    citizen.press("ติดตามข่าว")
    citizen.hears("เขตไหน")
    citizen.say("บางแค")
    citizen.hears("แล้วค่ะ")
    citizen.press("เสร็จ")
    citizen.hears("คุณติดตามข่าว")
    stage.telephone("announce-follow", citizen, "อยากติดตามข่าวของเขตไหน")
    words = ("announce", "send", FLOOD, "--district", "บางแค")
    stage.type("announce", "audience", first=14)
    stage.terminal("announce-audience")
    stage.type(*words, "--dry-run")
    stage.type(*words, "--until", "03/12/2569 06:00", *BY)
    stage.terminal("announce-send")
    citizen.hears("เพชรเกษม")
    stage.telephone("announce-citizen", citizen, "เพชรเกษม")
    stage.type("announce", "send", "ปิดถนนสีลมวันอาทิตย์", "--district", "บางรัก", "--at", "05/12/2569 18:00", *BY)
    stage.type("announce", "list")
    stage.terminal("announce-list")
    stage.type("announce", "cancel", "2", "--reason", "เลื่อนงาน", *BY)
    stage.terminal("announce-cancel")


def _whole_quiz(participant: Chat, right: int) -> None:
    """Answer all ten questions, the first `right` of them rightly."""
    from casework.quiz import bank

    for n in range(QUESTIONS):
        participant.hears(f"ข้อ {n + 1} จาก {QUESTIONS}")
        asked = participant.latest(f"ข้อ {n + 1} จาก {QUESTIONS}")
        found = next(q for q in bank().values() if q.th.ask.replace("\u200b", "") in asked)
        shown = sorted((answer.replace("\u200b", "") for answer in found.th.answers), key=asked.find)
        wanted = found.th.answers[0 if n < right else 1].replace("\u200b", "")
        participant.press("กขคง"[shown.index(wanted)])
    participant.hears("ทำครบแล้วค่ะ")


def quiz(stage: Stage) -> None:
    """A training's code; before and after; the group's results."""
    stage.type("quiz", "session", "--group", "ชุมชนวัดม่วง", "--agency", "1040", *BY)
    code = json.loads(stage.run("quiz", "list", "--json"))[0]["code"]
    people = [stage.person(name) for name in ("บุญมี", "ชูใจ", "ปิติ", "มานะ", "วีระ")]
    for n, one in enumerate(people):
        one.say(code)
        one.hears("อบรมแล้วหรือยังคะ")
        one.press("ก่อนอบรม")
        _whole_quiz(one, 3 + n % 3)
    stage.later(hours=3)
    for n, one in enumerate(people):
        one.say(code)
        if n == 0:
            one.hears("ข้อ 1 จาก")
            stage.telephone("quiz-question", one, "แบบทดสอบหลังอบรม")
        _whole_quiz(one, 8 + n % 3)
    stage.telephone("quiz-result", people[0], "ทำครบแล้วค่ะ")
    stage.terminal("quiz-code")
    stage.type("quiz", "results", code)
    stage.terminal("quiz-results")


def poster(stage: Stage) -> None:
    """A poster of a district and of a market; who came by which."""
    stage.type("poster", "draw", "bangkapi.png", "--place", "ตลาดบางกะปิ", "--district", "1006", *BY)
    stage.terminal("poster-draw")
    stage.drawn("poster-sheet", Path("bangkapi.png"))
    code = json.loads(stage.run("poster", "list", "--json"))[0]["code"]
    citizen = stage.person("สมหญิง")
    citizen.say(f"สวัสดีค่ะ รหัส {code}")
    citizen.hears("ขอบคุณ")
    stage.telephone("poster-came", citizen, "สวัสดีค่ะ รหัส")
    stage.type("poster", "list")
    stage.terminal("poster-list")


def threads(stage: Stage) -> None:
    """A citizen asks for an officer; the staff's group answers by quoting; closed, with stars."""
    malee, wichai = stage.bound("เจ้าหน้าที่ศูนย์ฯ", "staff", "มาลี", "วิชัย")
    citizen = stage.person("สมหญิง")
    citizen.say("ติดต่อเจ้าหน้าที่")
    citizen.hears("เล่าเรื่องมาได้เลยค่ะ")
    citizen.say("บิลค่าน้ำเดือนนี้สูงผิดปกติ ต้องติดต่อที่ไหนคะ")
    malee.hears("ถึงเจ้าหน้าที่ #1")
    stage.telephone("threads-asked", malee, "ถึงเจ้าหน้าที่ #1")
    malee.press("รับดูแล")
    malee.hears("ดูแลค่ะ")
    malee.say("ติดต่อการประปานครหลวง โทร 1125 ได้ตลอด 24 ชั่วโมงค่ะ", quoting="ถึงเจ้าหน้าที่ #1")
    citizen.hears("โทร 1125")
    stage.rest()
    stage.telephone("threads-answered", malee, "ดูแลค่ะ")
    stage.telephone("threads-citizen", citizen, "ส่งถึงเจ้าหน้าที่แล้วค่ะ")
    citizen.say("ขอบคุณค่ะ แล้วถ้าท่อรั่วหน้าบ้านล่ะคะ")
    wichai.hears("ท่อรั่วหน้าบ้าน")
    for more in ("อยู่ซอยเพชรเกษม 69 ค่ะ", "น้ำไหลทั้งคืนเลย ขึ้นมาบนทางเท้าแล้วด้วยค่ะ"):
        citizen.say(more)
        stage.rest()
    stage.later(minutes=2)
    wichai.hears("(2 ข้อความ)")
    stage.telephone("threads-bundle", wichai, "(2 ข้อความ)")
    stage.later(minutes=10)
    wichai.say("รอตอบ")
    wichai.hears("รอคำตอบ")
    stage.telephone("threads-waiting", wichai, "รอตอบ")
    stage.type("threads", "list", "--unanswered")
    stage.type("threads", "show", "1", "--reason", "ตอบประชาชน", *BY)
    stage.type("threads", "reply", "1", "แจ้งท่อรั่วที่การประปานครหลวง โทร 1125 ได้เลยค่ะ", *BY)
    stage.terminal("threads-command")
    wichai.press("คำตอบสำเร็จรูป")
    wichai.hears("คำตอบสำเร็จรูป #1")
    stage.telephone("threads-canned", wichai, "คำตอบสำเร็จรูป #1")
