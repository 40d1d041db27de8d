"""What citizens' sentences want."""

import pytest

from nlp import understand

SENTENCES = [
    ("แจ้งปัญหา", "report"), ("ติดตามเรื่อง", "track"), ("งานทะเบียน", "registry"), ("สอบถาม/เสนอแนะ", "inquiry"),
    ("ข่าวประชาสัมพันธ์", "news"), ("ติดต่อเจ้าหน้าที่", "officer"), ("ข้อมูลของฉัน", "my_data"), ("คู่มือ", "handbook"),
    ("แบบทดสอบ", "handbook"), ("เมนู", "menu"), ("ยกเลิก", "cancel"), ("menu", "menu"), ("Cancel", "cancel"),
    ("ลบข้อมูลของฉัน", "my_data"), ("เมนูค่ะ", "menu"), ("  ยกเลิก ครับ ", "cancel"), ("แจ้งปัญหาค่ะ", "report"),
    ("1#JC1-1234567-89", "registry"), ("๑#jc1 1234567 89", "registry"), ("69-0001238", "track"),
    ("ขอติดตามเรื่อง 69-0001238 ค่ะ", "track"), ("๖๙-๐๐๐๑๒๓๘", "track"),
    ("ถนนเป็นหลุมหน้าตลาด", "report"), ("ขยะไม่มีคนมาเก็บ 3 วันแล้ว", "report"), ("ไฟทางดับทั้งซอย", "report"),
    ("น้ำท่วมปากซอยลาดพร้าว 71", "report"), ("หมาจรจัดไล่กัดคนในซอย", "report"), ("ท่อระบายน้ำตันส่งกลิ่นเหม็น", "report"),
    ("ขอแจ้งว่าต้นไม้หักพาดสายไฟ", "report"), ("report a pothole", "report"), ("The street light is broken", "report"),
    ("เมื่อไหร่จะมาซ่อมถนน พังมานานแล้ว", "report"), ("ข้างบ้านเปิดเพลงเสียงดังทุกคืน", "report"),
    ("มีคนขายของบนทางเท้า เดินไม่ได้เลย", "report"), ("ร้านข้างบ้านเผาขยะ ควันเข้าบ้าน", "report"),
    ("น้ำประปาไม่ไหลตั้งแต่เช้า", "report"), ("เจ้าหน้าที่เทศกิจเรียกเงินแม่ค้า", "report"), ("ฝาท่อหายหน้าบ้าน", "report"),
    ("เรื่องที่แจ้งไปถึงไหนแล้วคะ", "track"), ("ขอทราบความคืบหน้าเรื่องที่ร้องเรียนไว้", "track"),
    ("what happened to my report?", "track"), ("เรื่องไฟดับที่แจ้งไว้ แก้ไขหรือยัง", "track"),
    ("ขอสำเนาทะเบียนบ้าน", "registry"), ("ต้องการ 2 ฉบับ รับเอกสารวันที่ 01/12/2561", "registry"),
    ("อยากนัดทำบัตรประชาชนให้ผู้ป่วยติดเตียง", "registry"), ("1040-02-12345678", "registry"),
    ("คัดสำเนาทะเบียนสมรส", "registry"), ("house registration copy please", "registry"),
    ("สำนักงานเขตเปิดกี่โมงคะ", "inquiry"), ("ค่าเก็บขยะเดือนละเท่าไหร่", "inquiry"), ("เขตเปิดวันเสาร์ไหม", "inquiry"),
    ("what time does the office open?", "inquiry"), ("ขอเบอร์โทรสำนักงานเขตบางกะปิหน่อยค่ะ", "inquiry"),
    ("ต้องไปติดต่อที่ไหนคะ", "inquiry"),
    ("ขอเสนอแนะให้เพิ่มสวนสาธารณะ", "suggestion"), ("อยากให้มีทางจักรยานริมคลองมากขึ้น", "suggestion"),
    ("I suggest more benches in the park", "suggestion"), ("ควรเพิ่มม้านั่งในสวน", "suggestion"),
    ("ขอชมเชยเจ้าหน้าที่ แก้ไขรวดเร็วมาก", "compliment"), ("เจ้าหน้าที่บริการดีมาก ประทับใจ", "compliment"),
    ("ขอบคุณเจ้าหน้าที่ที่มาซ่อมไฟให้รวดเร็วมากค่ะ", "compliment"), ("Great job, the team was very fast", "compliment"),
    ("ขอคุยกับเจ้าหน้าที่หน่อยค่ะ", "officer"), ("talk to an officer", "officer"), ("ไม่อยากคุยกับบอท", "officer"),
    ("อยากเปลี่ยนเบอร์โทรของฉัน", "my_data"), ("delete my data", "my_data"), ("ใช้งานยังไงคะ", "handbook"),
    ("help", "handbook"), ("มีข่าวอะไรจากเขตบ้าง", "news"),
    ("สวัสดีค่ะ", "greeting"), ("hello", "greeting"), ("หวัดดีครับ", "greeting"), ("ขอบคุณค่ะ", "thanks"),
    ("ขอบคุณมากๆ ครับ", "thanks"), ("thank you", "thanks"), ("ไม่เอาแล้วค่ะ", "cancel"), ("ขอยกเลิกเรื่องที่แจ้ง", "cancel"),
    ("ไอ้เหี้ย", "abuse"), ("บอทโง่", "abuse"), ("fuck you", "abuse"),
    ("ไฟไหม้บ้านข้างๆ ช่วยด้วย", "emergency"), ("มีคนจมน้ำในคลอง", "emergency"), ("คนหมดสติอยู่ริมถนน", "emergency"),
    ("อยากให้ กทม.มาฉีดกำจัดยุง ยุงเยอะมาก", "report"), ("ช่วยมาดูไฟดับให้หน่อยได้ไหมคะ", "report"),
    ("กระจกโค้งหน้าปากซอยสูญหาย", "report"), ("ไฟดับ ซอย15 #กทม.1555", "report"), ("ค่าธรรมเนียมทำบัตรประชาชนกี่บาท", "inquiry"),
    ("ไฟทางดับทั้งซอย โทรกลับด้วย 081-234-5678", "report"), ("ขอให้เจ้าหน้าที่โทรกลับหน่อยค่ะ", "officer"),
    ("", "other"), ("asdfgh", "other"), ("😀😀", "other"), ("อืม", "other"), ("12", "other"), ("...", "other"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent"), SENTENCES)
def test_intent(text: str, intent: str) -> None:
    assert understand(text).intent == intent


def test_what_says_nothing_is_not_believed() -> None:
    assert all(understand(text).intent_p <= 0.4 for text, intent in SENTENCES if intent == "other")


def test_labels_are_certain() -> None:
    assert understand("แจ้งปัญหา").intent_p >= 0.95
