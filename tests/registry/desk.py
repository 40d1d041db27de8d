"""A registry for tests: a stage, its sweeps, and what officers do."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from bot.jobs import Jobs
from casework.registry import RequestView
from casework.thai_time import BANGKOK
from storage import registry, registry_staff
from storage.models_registry import RegistryRequest
from storage.shelf import Folder
from tests.talks.theatre import Stage

LASER, PHOTO = "JC1-1234567-89", "1040-02-12345678"
ASKED = """
    คุณ: 1#JC1-1234567-89
    1555: รับเลขบัตรแล้วค่ะ
    1555: ขอความยินยอม [ยินยอม]
    คุณ: [ยินยอม]
    1555: สำนักงานเขตไหนคะ
    คุณ: บางแค
    1555: ต้องการกี่ฉบับคะ
    คุณ: ต้องการ 2 ฉบับ รับเอกสารวันที่ 01/12/2569
    1555: พิมพ์เลขใต้รูป
    คุณ: 1040-02-12345678
    1555: รับเลขบัตรแล้วค่ะ
    1555: ส่งคำขอแล้วค่ะ … 1 ธ.ค. 2569 08:00 น. [เปลี่ยนเวลา] [ยกเลิกคำขอ]
"""
"""A request made in the typed way: house registration, two copies, Bang Khae, Tuesday 1 December 2569."""


def at(text: str) -> datetime:
    """A moment of Bangkok's."""
    return datetime.fromisoformat(text).replace(tzinfo=BANGKOK)


class Registrar:
    """Officers and sweeps of a stage."""

    def __init__(self, stage: Stage, media: Path = Path("unused")) -> None:
        self.stage = stage
        self.jobs = Jobs(
            stage.store, stage.rules, lambda: stage.now, Folder(media), seal=stage.seal, public_url="https://1555.example"
        )

    def approve(self, which: int = 1, fee: str = "20", when: datetime | None = None) -> RequestView:
        """With a fee."""
        with self.stage.store.write() as session:
            baht = Decimal(fee)
            row = registry_staff.approve(session, self.stage.rules, str(which), "malee", self.stage.now, baht=baht, at=when)
            return registry.view(row)

    def reject(self, which: int = 1, reason: str = "ไม่พบรายการ") -> None:
        """With a reason."""
        with self.stage.store.write() as session:
            registry_staff.reject(session, str(which), "malee", self.stage.now, reason)

    def collected(self, which: int = 1) -> None:
        """Picked up."""
        with self.stage.store.write() as session:
            registry_staff.collected(session, str(which), "malee", self.stage.now, None)

    def row(self, which: int = 1) -> RegistryRequest:
        """As it is stored."""
        with self.stage.store.read() as session:
            return registry.must(session, which)

    def rows(self) -> list[RegistryRequest]:
        """All of them."""
        with self.stage.store.read() as session:
            return list(registry.listed(session))

    def sweep(self) -> None:
        """What is due."""
        self.jobs.sweep()
