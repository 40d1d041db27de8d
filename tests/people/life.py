"""The life of somebody marked, with everything the service offers: for what is to be gone when they are erased."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select
from sqlalchemy import text as sql

import app
from bot import settings
from storage import (
    announcements,
    desk_staff,
    lookups,
    outbox,
    people,
    people_desk,
    people_index,
    posters,
    quiz,
    registry,
    registry_staff,
    threads_staff,
)  # fmt: skip
from storage.columns import Base
from storage.models import Case, Media, OutboxMessage, Person, Talk
from storage.models_groups import GroupCode
from storage.models_news import NewsOff
from storage.models_threads import Thread
from storage.outbox import Outcome
from storage.privacy import person_of, register
from storage.shelf import name_of
from tests.registry.desk import ASKED
from tests.support.reading import actions, words
from tests.support.service import SECRET, TOKEN
from tests.talks.hall import Hall
from tests.talks.test_quiz import all_of
from tests.talks.theatre import Actor, Stage, _ids, _message, play

NAME, CALLED, PHONE, WORDS = "กานารีนามสกุลลับ", "Zanzibarbara", "0898765432", "ถ้อยคำลับสุดยอด"
CANARIES = (NAME, CALLED, PHONE, "089-876-5432", "898765432", WORDS)
KEY = Fernet.generate_key().decode()
MARK, FRIEND, SECOND, OFFICER = "กานา", "เพื่อนบ้าน", "กานาเครื่องสอง", "มาลี"


class Life(Hall):
    """Somebody marked, a neighbour, officers, and their groups. Messages leave by the outbox's own books."""

    def __init__(self, url: str, folder: Path) -> None:
        stage = Stage(url)
        stage.box = MultiFernet([Fernet(KEY)])
        stage.turns._box = stage.turns._alerts.box = stage.box
        super().__init__(stage)
        self.folder = folder
        self.answers: list[str] = []
        for name, agency, kind in (
            *(("เจ้าหน้าที่", "staff", None), ("บางรัก", "1004", None), ("พระนคร", "1001", None)),
            ("ชุมชน", "1004", "community"),
        ):
            self.group(name, agency, kind)
        env = {
            **{"LINE_CHANNEL_SECRET": SECRET, "LINE_CHANNEL_ACCESS_TOKEN": TOKEN, "PUBLIC_URL": "https://1555.example"},
            **{"DATA_KEY": KEY, "MEDIA_DIR": str(folder / "media"), "DATABASE_URL": url},
        }
        self.service = app.build(settings.load(env), "web", lambda: stage.now)

    def settle(self) -> None:
        """Take all turns, send all messages, as the sender does it."""
        self.stage.run()
        now = self.stage.now
        while True:
            with self.stage.store.write() as session:
                rows = outbox.claim(session, outbox.heads(session, now, 50), now)
            if not rows:
                return
            ids: dict[int, list[str]] = defaultdict(list)
            for row in rows:
                for message in json.loads(row.messages):
                    ids[row.id].append(f"sent{next(_ids)}")
                    self.heard[row.chat].append(message)
                    self.ids[row.chat].append((ids[row.id][-1], words(message)))
                    self.buttons[row.chat].update({action["label"]: action for action in actions(message)})
            with self.stage.store.write() as session:
                sent = [Outcome(row, "sent", "reply" if outbox.fresh(row, now) else "push", ids=ids[row.id]) for row in rows]
                outbox.settle(session, sent, now)

    def says(self, who: str, *lines: str) -> list[str]:
        """Somebody does these things one after the other; what they hear last."""
        chat = self.groups[who.partition("@")[2]] if "@" in who else self.person(who)
        for line in lines:
            self.heard[chat].clear()
            self.act(who, line)
        return [words(message) for message in self.heard[chat]]

    def later(self, **more: int) -> None:
        """Time passes, and the sweeps run."""
        self.stage.now += timedelta(**more)
        self.sweep()

    @property
    def mark(self) -> str:
        """The LINE id of the one who is marked."""
        return self.person(MARK)


def lived(life: Life) -> None:
    """All ways in, through the chat, groups, pages and the command line's functions."""
    _comes_and_reports(life)
    _talks_with_officers(life)
    _news_quiz_and_registry(life)
    _what_staff_did(life)
    _files(life)


def _comes_and_reports(life: Life) -> None:
    stage = life.stage
    with stage.store.write() as session:
        code = posters.make(session, "place", "ตลาดบางกะปิ", "1006", stage.now, "malee").code
    life.says(MARK, "(follow)", f"สวัสดีค่ะ รหัส {code}")
    life.says(MARK, "ข้อมูลของฉัน", "[แก้ไขชื่อ]", CALLED, "[แก้ไขเบอร์โทร]", PHONE, "[แก้ไขเขต]", "บางแค", "เมนู")
    with stage.store.write() as session:
        people.named(session, life.mark, stage.box.encrypt(NAME.encode()), None, stage.now)
    # A report with photo, an edit, a telephone that the agency may see; a word and a photo added; a fix that is judged.
    life.says(MARK, f"ไฟทางดับหน้าตลาด ผมชื่อ {NAME} โทร 089-876-5432 หรือ {CALLED}", "📍 13.7563, 100.5018", "📷", "[แก้ไข]")
    life.fetched()
    said = life.says(MARK, "[รายละเอียด]", f"ไฟทางดับสนิท ผมชื่อ {NAME} โทร 089-876-5432 หรือ {CALLED}", "[ส่งเรื่อง]")
    assert "ออกเลขแล้ว" in said[0], said
    life.later(seconds=10)
    life.says(MARK, f"ผม {CALLED} อยู่ใกล้บ้าน {NAME} นะครับ", "[เพิ่มในเรื่องเดิม]", "📷")
    life.fetched()
    life.says(FRIEND, "ไฟทางดับค่ะ", "📍 13.75630, 100.50185", "[ไม่มีรูป]", "[ส่งเรื่อง]", "[เรื่องเดียวกัน]")
    _fixed(life, f"โทรคุยกับ {NAME} {PHONE}")
    life.says(MARK, "[ยังไม่เรียบร้อย]", f"ยังดับอยู่ครับ {CALLED} {PHONE}", "เมนู")
    # In a community's group, and somebody else's case that is followed.
    life.says(f"{MARK}@ชุมชน", f"แจ้ง ฝาท่อหายหน้าวัด ติดต่อ {NAME} {PHONE}", "📍 13.7262, 100.5270")
    life.says(FRIEND, "ขยะล้นหน้าโรงเรียน", "📍 13.7290, 100.5240", "[ไม่มีรูป]", "[ส่งเรื่อง]")
    life.says(MARK, "ขยะเหม็น", "📍 13.72901, 100.52402", "[ไม่มีรูป]", "[ส่งเรื่อง]", "[เรื่องเดียวกัน]")
    _fixed(life, f"รับทราบจาก {NAME} {PHONE}")
    life.says(MARK, "[ยังไม่เรียบร้อย]", f"ผม {CALLED} ว่ายังเหม็น โทร {PHONE}", "เมนู")
    # A report that is left half-way, with a photo.
    life.says(MARK, "ฝาท่อหาย", "📷", f"{WORDS} ใกล้บ้าน {NAME}", "เมนู")
    life.fetched()
    life.says(MARK, "สอบถาม/เสนอแนะ", "[สอบถาม]", f"{WORDS} {PHONE}", "เมนู")


def _fixed(life: Life, why: str) -> None:
    """The latest case is said to be fixed."""
    with life.stage.store.write() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case is not None
        for status in ("accepted", "inspecting", "fixed_reported"):
            desk_staff.change_status(session, case, status, life.stage.now, by="malee", note=None, reason=why)
    life.later(seconds=10)


def _talks_with_officers(life: Life) -> None:
    stage = life.stage
    life.says(MARK, "ติดต่อเจ้าหน้าที่", f"{WORDS} ผมชื่อ {NAME} โทร {PHONE}", "📷")
    life.fetched()
    life.later(seconds=10)
    life.says(f"{OFFICER}@เจ้าหน้าที่", "[รับดูแล]", f"“{WORDS}” เรียนคุณ {NAME} ค่ะ โทรไป {PHONE} แล้ว", "[ส่งรูป]", "📷")
    life.fetched()
    life.later(seconds=10)
    life.says(MARK, f"“เรียนคุณ” {WORDS} รับทราบครับ")
    with stage.store.write() as session:
        thread = session.scalars(select(Thread).order_by(Thread.id.desc())).first()
        assert thread is not None
        given = (stage.rules, stage.box, stage.now)
        why = f"{NAME} โทรมาจาก {PHONE}"
        threads_staff.reply(session, str(thread.id), f"คุณ {NAME} {WORDS}", None, *given, by="malee", reason=why)
    life.later(seconds=10)
    life.says(MARK, "จบการสนทนา", "[5 ดาว]")
    life.says(MARK, "ติดต่อเจ้าหน้าที่", f"ยังไม่จบ {WORDS}", "เมนู")  # and this one is still open


def _news_quiz_and_registry(life: Life) -> None:
    stage = life.stage
    life.says(MARK, "ข่าวประชาสัมพันธ์", "[ติดตามข่าว]", "บางแค", "เสร็จ")
    with stage.store.write() as session:
        draft = announcements.Draft("น้ำไม่ไหลคืนนี้", districts=("1040",)).checked(stage.rules, stage.now)
        plan = announcements.plan(session, draft, stage.rules, stage.now)
        announcements.make(session, draft, plan, stage.now, "malee", None)
        code = quiz.open_session(session, "ชุมชนวัดม่วง", "1040", stage.rules, stage.now, "malee").code
    life.later(seconds=10)
    actor = Actor(stage, life.mark)
    actor.does(code)
    all_of(actor, actor.does("[ก่อนอบรม]")[-1], 4)
    play(stage, ASKED, life.mark)
    actor.does("3#JC1-1234567-8")
    actor.does("ยกเลิก")
    actor.does("ใช่")
    actor.does("ข้อมูลของฉัน")
    for used in (True, False):
        said = str(actor.does("[ดาวน์โหลดข้อมูล]"))
        link = re.search(r"https://1555\.example(/me/[\w-]+)", said)
        assert link is not None
        if used:
            page = life.service.web.test_client().get(link[1])
            assert page.status_code == 200 and PHONE in page.text and WORDS in page.text


def _what_staff_did(life: Life) -> None:
    stage, mark = life.stage, life.mark
    life.says(SECOND, "สวัสดีค่ะ")
    why = f"โทรมาถาม {PHONE} {NAME}"
    with stage.store.write() as session:
        by = {"by": "malee", "reason": why}
        people_index.refresh(session, 99, stage.box, stage.seal.index_keys()[0])
        people_desk.find(session, NAME, stage.box, stage.seal.index_keys(), 9, stage.now, **by)
        people_desk.show(session, mark, stage.box, stage.now, by="malee", reason=why)
        people_desk.tag(session, mark, f"โทรบ่อย {CALLED}", stage.now, **by, remove=False)
        people_desk.flag(session, mark, stage.now, **by, off=False)
        people_desk.merge(session, life.person(SECOND), mark, stage.now, **by)
        threads_staff.show(session, "1", stage.box, stage.now, **by, limit=9)
        registry_staff.reveal(session, "1", "malee", why, stage.now)
        session.add(NewsOff(person=mark, at=stage.now))
        code = session.scalars(select(GroupCode)).first()
        assert code is not None
        code.used_by = mark
        registry.caller(session, mark)
        talk = session.scalars(select(Talk).where(Talk.person == mark)).first()
        assert talk is not None
        lookups.ask(session, mark, talk.id, WORDS, stage.now)


def _files(life: Life) -> None:
    """Every picture is a file; those of cases show the street, the others are the person's."""
    with life.stage.store.write() as session:
        for picture in session.scalars(select(Media).where(Media.state == "ready")):
            picture.sha256 = f"{picture.id:064x}"
            path = life.folder / "media" / name_of(picture.sha256, "full")
            path.parent.mkdir(parents=True, exist_ok=True)
            street = picture.case_id is not None
            path.write_bytes(f"the street {picture.id}".encode() if street else f"{WORDS} {picture.id}".encode())


def left_lying(life: Life) -> None:
    """What is under way when the person is erased: events that wait or are parked, messages in every state."""
    stage, mark = life.stage, life.mark
    stage.keep(stage.event(mark, type="message", message=_message("text", text=f"{WORDS} {PHONE}")))
    with stage.store.write() as session:
        session.execute(sql("UPDATE inbox SET state = 'parked' WHERE state = 'waiting'"))
    in_group = stage.event(mark, type="message", message=_message("text", text=f"แจ้ง {WORDS} {NAME}"))
    in_group["source"] = {"type": "group", "groupId": life.groups["ชุมชน"], "userId": mark}
    stage.keep(stage.event(mark, type="message", message=_message("text", text=f"ยังไม่ถึงคิว {WORDS}")), in_group)
    with stage.store.write() as session:
        session.execute(sql("UPDATE announcements SET state = 'gathering', behind = :who"), {"who": mark})
        for state in ("dead", "unsure", "waiting"):
            for chat, said, about in (
                (mark, f"ถึงคุณ {NAME} {WORDS}", None),
                (life.groups["เจ้าหน้าที่"], f"ถึงเจ้าหน้าที่ {WORDS} {NAME}", "thread:1"),
                (life.groups["บางรัก"], f"ฝาท่อหาย ติดต่อ กานารี\u200bนามสกุล\u200bลับ 089-876-5432 {CALLED}", "case:x"),
            ):
                outbox.owe(session, chat, [{"type": "text", "text": said}], stage.now, about=about)
                session.flush()
                latest = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
                assert latest is not None
                latest.state = state


# What is held.


def counted(life: Life, person: str) -> dict[str, int]:
    """Rows of the person in every table that erasing does something to."""
    tables, found = Base.metadata.tables, {}
    with life.stage.store.read() as session:
        nr = session.scalar(select(Person.nr).where(Person.id == person))
        for name, entry in register().entries.items():
            if entry.erase == "none":
                continue
            own, key, there, column = person_of(entry)
            if not own:
                continue
            theirs = tables[name].c[own] == (nr if name == "people_grams" else person)
            if key:
                theirs = tables[name].c[own].in_(select(tables[there].c[key]).where(tables[there].c[column] == person))
            found[name] = len(session.execute(select(tables[name].c[own]).where(theirs)).all())
    return found


def held(life: Life) -> Iterator[tuple[str, str]]:
    """Every value of every table, as (table.column, words), what is encrypted in clear."""
    token = re.compile(r"gAAAA[\w=-]{60,}")
    with life.stage.store.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for column, value in row.items():
                    if value is None or isinstance(value, bool | int | float):
                        continue
                    said = (
                        value.decode("latin-1")
                        if isinstance(value, bytes)
                        else json.dumps(value, ensure_ascii=False, default=str)
                    )
                    where = f"{table.name}.{column}"
                    yield where, said
                    for sealed in token.findall(said):
                        try:
                            yield where, life.stage.box.decrypt(sealed.encode()).decode()
                        except InvalidToken:
                            yield where, "?"


__all__ = ["CALLED", "CANARIES", "MARK", "NAME", "PHONE", "SECOND", "WORDS", "Life", "counted", "held", "left_lying", "lived"]
