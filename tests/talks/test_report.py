"""แจ้งปัญหา as it is spoken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.talks.theatre import Stage, fresh, play


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return fresh(tmp_path)


def test_a_pothole_is_reported_step_by_step(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: แจ้งปัญหา
        1555: เกิดอะไรขึ้นคะ
        คุณ: ถนนเป็นหลุมหน้าตลาด
        1555: เกิดที่ไหนคะ [ส่งตำแหน่ง]
        คุณ: 📍 13.7563, 100.5018
        1555: มีรูปไหมคะ [ถ่ายรูป] [เลือกรูป] [ไม่มีรูป]
        คุณ: 📷
        1555: ตรวจก่อนส่ง … ถนนเป็นหลุมหน้าตลาด … เขตพระนคร … 1 รูป [ส่งเรื่อง] [แก้ไข] [ยกเลิก]
        คุณ: [ส่งเรื่อง]
        1555: ออกเลขแล้ว … 70- … สำนักงานเขตพระนคร
        """,
    )
