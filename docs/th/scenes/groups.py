"""Coordinators in their LINE groups."""

from __future__ import annotations

from docs.th.scenes.stage import Chat, Stage

AT_THE_MARKET = (13.7563, 100.5018)
MANHOLE = "ฝาท่อหายหน้าตลาดนางเลิ้ง มอเตอร์ไซค์เกือบตกลงไป"
FIXED = "ใส่ฝาท่อใหม่และฉาบขอบเรียบร้อยแล้ว"


def manhole(stage: Stage, group: Chat, citizen: Chat | None = None) -> str:
    """An urgent report that the group hears of; its number."""
    writer = citizen or stage.person("สมหญิง")
    writer.say(MANHOLE)
    writer.hears("เกิดที่ไหนคะ")
    writer.pin(*AT_THE_MARKET)
    writer.hears("มีรูปไหมคะ")
    writer.photo("manhole")
    writer.hears("ตรวจก่อนส่ง")
    stage.rest()
    writer.press("ส่งเรื่อง")
    writer.hears("เลขเรื่อง")
    group.hears(stage.cases()[0]["number"])
    return str(stage.cases()[0]["number"])


def light(stage: Stage, group: Chat) -> str:
    """An ordinary report; its number."""
    writer = stage.person("ปิติ")
    writer.say("ไฟทางดับทั้งซอย หน้าวัดมหรรณพาราม")
    writer.hears("เกิดที่ไหนคะ")
    writer.pin(13.7539, 100.4995)
    writer.hears("มีรูปไหมคะ")
    writer.press("ไม่มีรูป")
    writer.hears("ตรวจก่อนส่ง")
    writer.press("ส่งเรื่อง")
    writer.hears("เลขเรื่อง")
    group.hears(stage.cases()[0]["number"])
    return str(stage.cases()[0]["number"])


def fixed(stage: Stage, member: Chat) -> None:
    """Taken, mended, reported with a photo."""
    member.press("รับเรื่อง")
    member.hears("รับเรื่องแล้วค่ะ")
    stage.later(minutes=50)
    member.press("แก้ไขแล้ว")
    member.hears("ส่งรูปหลังแก้ไข")
    member.photo("cleared")
    member.hears("รับรูปผลงาน")


def bind_group(stage: Stage) -> None:
    """A code from the command line, typed in the group; who is bound."""
    wichai, _ = stage.group("ประสานงานเขตพระนคร", "วิชัย", "มานี")
    code = stage.type("groups", "code", "--agency", "1001", "--by", "malee").split()[0]
    stage.terminal("bind-group-code")
    wichai.say(code)
    wichai.hears("ผูกกลุ่มนี้กับ")
    stage.telephone("bind-group-bound", wichai)
    stage.type("groups", "list")
    stage.terminal("bind-group-list")


def take_best(stage: Stage) -> None:
    """The alarm; the first who presses owns it; nobody does for five minutes."""
    wichai, manee = stage.bound("ประสานงานเขตพระนคร", "1001", "วิชัย", "มานี")
    manhole(stage, wichai)
    stage.telephone("take-best-alarm", wichai, "เรื่องเร่งด่วน BEST")
    stage.later(minutes=5.2)
    wichai.hears("ยังไม่มีผู้รับเรื่อง")
    stage.telephone("take-best-reminded", wichai, "ยังไม่มีผู้รับเรื่อง")
    wichai.press("รับเรื่อง")
    wichai.hears("รับเรื่องแล้วค่ะ")
    manee.press("รับเรื่อง")
    manee.hears("รับไปแล้วค่ะ")
    stage.telephone("take-best-taken", wichai, "วิชัย รับเรื่องแล้วค่ะ")


def arrive(stage: Stage) -> None:
    """At the place."""
    citizen = stage.person("สมหญิง")
    wichai, _ = stage.bound("ประสานงานเขตพระนคร", "1001", "วิชัย", "มานี")
    manhole(stage, wichai, citizen)
    wichai.press("รับเรื่อง")
    wichai.hears("รับเรื่องแล้วค่ะ")
    stage.later(minutes=18)
    wichai.press("ถึงที่เกิดเหตุ")
    wichai.hears("ถึงที่เกิดเหตุแล้วค่ะ")
    citizen.hears("ถึงที่เกิดเหตุแล้วค่ะ")
    stage.telephone("arrive-group", wichai, "ถึงที่เกิดเหตุแล้วค่ะ")
    stage.telephone("arrive-citizen", citizen, "ถึงที่เกิดเหตุแล้วค่ะ")


def report_fix(stage: Stage) -> None:
    """A photo that is refused, one that is taken; what the citizen gets; the case is closed."""
    citizen = stage.person("สมหญิง")
    wichai, _ = stage.bound("ประสานงานเขตพระนคร", "1001", "วิชัย", "มานี")
    manhole(stage, wichai, citizen)
    wichai.press("รับเรื่อง")
    wichai.hears("รับเรื่องแล้วค่ะ")
    stage.later(minutes=50)
    wichai.press("แก้ไขแล้ว")
    wichai.hears("ส่งรูปหลังแก้ไข")
    wichai.photo("manhole")
    wichai.hears("ขอรูปหลังแก้ไข")
    stage.telephone("report-fix-refused", wichai, "ส่งรูปหลังแก้ไข")
    wichai.photo("cleared")
    wichai.hears("รับรูปผลงาน")
    wichai.say(FIXED)
    wichai.hears("เพิ่มข้อความ")
    citizen.hears("แจ้งว่าแก้ไขแล้วค่ะ")
    citizen.hears(FIXED)
    stage.telephone("report-fix-accepted", wichai, "ขอรูปหลังแก้ไข")
    stage.telephone("report-fix-citizen", citizen, "แจ้งว่าแก้ไขแล้วค่ะ")
    citizen.press("แก้ไขแล้วจริง")
    citizen.hears("พอใจกับการแก้ไข")
    citizen.press("5 ดาว")
    wichai.hears("ผู้แจ้งยืนยันว่าแก้ไขแล้วจริง")
    stage.telephone("report-fix-confirmed", wichai, "ผู้แจ้งยืนยันว่าแก้ไขแล้วจริง")


def hand_on(stage: Stage) -> None:
    """Not our area: whose is it, who hears of it."""
    wichai, _ = stage.bound("ประสานงานเขตพระนคร", "1001", "วิชัย", "มานี")
    other = stage.bound("ประสานงานเขตป้อมปราบฯ", "1008", "ชูใจ", "วีระ")[0]
    citizen = stage.person("สมหญิง")
    manhole(stage, wichai, citizen)
    wichai.press("ไม่ใช่พื้นที่เรา")
    wichai.hears("เป็นของหน่วยงานไหนคะ")
    stage.telephone("hand-on-whose", wichai, "เป็นของหน่วยงานไหนคะ")
    wichai.say("เขตป้อมปราบ")
    wichai.hears("ส่งต่อ")
    stage.telephone("hand-on-done", wichai, "เป็นของหน่วยงานไหนคะ")
    other.hears("มีเรื่องส่งต่อมาค่ะ")
    stage.telephone("hand-on-other", other, "มีเรื่องส่งต่อมาค่ะ")


def ask_citizen(stage: Stage) -> None:
    """A question to the reporter, and the answer."""
    citizen = stage.person("สมหญิง")
    wichai, _ = stage.bound("ประสานงานเขตพระนคร", "1001", "วิชัย", "มานี")
    manhole(stage, wichai, citizen)
    wichai.press("รับเรื่อง")
    wichai.hears("รับเรื่องแล้วค่ะ")
    wichai.press("ขอข้อมูลเพิ่ม")
    wichai.hears("ว่าอะไรคะ")
    wichai.say("ฝาท่ออยู่ฝั่งตลาดหรือฝั่งวัดคะ")
    wichai.hears("ส่งคำถามของ")
    citizen.hears("ขอข้อมูลเพิ่มค่ะ")
    stage.telephone("ask-citizen-question", citizen, "ขอข้อมูลเพิ่มค่ะ")
    citizen.press("ตอบคำถาม")
    citizen.hears("พิมพ์คำตอบ")
    citizen.say("ฝั่งตลาดค่ะ ตรงร้านกาแฟ")
    wichai.hears("ผู้แจ้งตอบคำถามแล้วค่ะ")
    stage.telephone("ask-citizen-answer", wichai, "ว่าอะไรคะ")


def what_is_open(stage: Stage) -> None:
    """ค้าง, สรุป, a number; words by quoting a card."""
    wichai, manee = stage.bound("ประสานงานเขตพระนคร", "1001", "วิชัย", "มานี")
    manhole(stage, wichai)
    wichai.press("รับเรื่อง")
    wichai.hears("รับเรื่องแล้วค่ะ")
    number = light(stage, wichai)
    wichai.say("ค้าง")
    wichai.hears("เรื่องค้าง 2 เรื่อง")
    stage.telephone("what-is-open-list", wichai, "ค้าง")
    manee.say("สรุป")
    manee.hears("สรุป 7 วัน")
    stage.telephone("what-is-open-week", manee, "สรุป")
    manee.say(number)
    manee.hears(number)
    manee.say("ช่างไฟฟ้าจะเข้าพื้นที่บ่ายนี้ค่ะ", quoting="ไฟทางดับ")
    manee.hears("เพิ่มข้อความ")
    stage.telephone("what-is-open-note", manee, number)
    stage.later(hours=27, minutes=51)
    manee.hears("เรื่องใหม่และเรื่องที่ต้องเร่ง")
    stage.telephone("what-is-open-digest", manee, "เรื่องใหม่และเรื่องที่ต้องเร่ง")


def not_fixed(stage: Stage) -> None:
    """The reporter says no: alerted again, in the reporter's words."""
    citizen = stage.person("สมหญิง")
    wichai, _ = stage.bound("ประสานงานเขตพระนคร", "1001", "วิชัย", "มานี")
    manhole(stage, wichai, citizen)
    fixed(stage, wichai)
    citizen.hears("แจ้งว่าแก้ไขแล้วค่ะ")
    citizen.press("ยังไม่เรียบร้อย")
    citizen.hears("ยังไม่เรียบร้อยตรงไหน")
    wichai.hears("ผู้แจ้งบอกว่ายังไม่เรียบร้อย")
    citizen.say("ฝาใหม่ยังกระดก รถผ่านแล้วดังมากค่ะ")
    wichai.hears("ฝาใหม่ยังกระดก")
    stage.telephone("not-fixed-alarm", wichai, "ผู้แจ้งบอกว่ายังไม่เรียบร้อย")


def community(stage: Stage) -> None:
    """แจ้ง … and a pin in a community's group; the result is told there."""
    boonmee, _ = stage.bound("ชุมชนวัดมหรรณพาราม", "1001", "บุญมี", "ชูใจ", kind="community")
    work = stage.bound("ประสานงานเขตพระนคร", "1001", "วิชัย", "มานี")[0]
    boonmee.say("แจ้ง ไฟทางดับหน้าวัด")
    boonmee.hears("ส่งหมุดจุดเกิดเหตุ")
    boonmee.pin(13.7539, 100.4995)
    boonmee.hears("ออกเลขแล้ว")
    stage.telephone("community-report", boonmee, "แจ้ง ไฟทางดับหน้าวัด")
    work.hears("ไฟทางดับ")
    fixed(stage, work)
    boonmee.hears("ประสานแก้ไขแล้ว")
    stage.telephone("community-result", boonmee, "ประสานแก้ไขแล้ว")
