"""A registry officer and somebody who asks for a copy."""

from __future__ import annotations

from docs.th.scenes.stage import Stage

BY = ("--by", "wanna")


def registry(stage: Stage) -> None:
    """Asked for in the chat; looked at, approved, handed over."""
    stage.bound("ประสานงานเขตบางแค", "1040", "วรรณา", "ปราณี")
    citizen = stage.person("สมหญิง")
    citizen.say("1#JC1-1234567-89")
    citizen.hears("ยินยอม")
    citizen.press("ยินยอม")
    citizen.hears("สำนักงานเขตไหน")
    citizen.say("บางแค")
    citizen.hears("กี่ฉบับ")
    citizen.press("2 ฉบับ")
    citizen.hears("กี่โมงคะ")
    citizen.say("พรุ่งนี้ 10 โมง")
    citizen.hears("เลขใต้รูปถ่าย")
    citizen.say("1040-02-12345678")
    citizen.hears("ส่งคำขอแล้วค่ะ")
    stage.rest()
    stage.type("registry", "list", "--status", "asked", "--office", "1040")
    stage.type("registry", "show", "1")
    stage.terminal("registry-list")
    stage.type("registry", "show", "1", "--reveal", "--reason", "ตรวจกับทะเบียนราษฎร", *BY)
    stage.terminal("registry-reveal")
    stage.type("registry", "approve", "1", "--fee", "20", "--at", "03/12/2569 10:00", *BY)
    stage.terminal("registry-approve")
    citizen.hears("อนุมัติแล้วค่ะ")
    stage.telephone("registry-citizen", citizen, "อนุมัติแล้วค่ะ")
    stage.later(hours=25)
    stage.type("registry", "collected", "1", *BY)
    stage.type("registry", "show", "1")
    stage.terminal("registry-collected")
