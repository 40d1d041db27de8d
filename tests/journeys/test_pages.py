"""What anyone may look at: health, readiness, figures, a case's page without anything personal."""

from __future__ import annotations

import pytest

from tests.support.citizen import Citizen
from tests.support.service import Process

PHONE, CARD, NAME = "081-234-5678", "1 1037 02071 81 1", "นายสมชาย ใจดี"


def test_health_and_readiness(service: Process) -> None:
    assert service.get("/healthz").status == 200
    ready = service.get("/readyz")
    assert ready.status == 200 and ready.json["ready"] is True
    assert {"oldest_waiting_event_s", "oldest_unsent_message_s"} <= set(ready.json)


def test_figures_for_prometheus(anna: Citizen) -> None:
    anna.say("เมนู")
    page = anna.service.get("/metrics")
    assert page.status == 200 and page.headers["content-type"].startswith("text/plain")
    for row in page.text.splitlines():
        assert row.startswith("#") or float(row.rpartition(" ")[2]) >= 0
    assert anna.user not in page.text


def test_a_cases_page_shows_nothing_personal(anna: Citizen) -> None:
    number = anna.report(f"ไฟทางดับ โทรกลับ {PHONE} บัตร {CARD} {NAME}")
    anna.service.household.staff_moves(number, "accepted", note=f"โทรหาผู้แจ้ง {PHONE}", reason="เหตุผลภายใน")
    page = anna.service.get(f"/cases/{number}")
    assert page.status == 200 and number in page.text
    for secret in (PHONE, PHONE.replace("-", ""), CARD, anna.user, "เหตุผลภายใน", "staff:test", "0812345678"):
        assert secret not in page.text, secret
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("number", ["69-0000000", "70-9999999", "x", "69-0001238", "%00", "..", "๗๐-๐๐๐๐๐๐๐", "1" * 500])
def test_an_unknown_number_is_404(service: Process, number: str) -> None:
    from urllib.parse import quote

    assert service.get(f"/cases/{quote(number)}").status == 404


def test_anyone_who_types_a_number_gets_its_public_facts(anna: Citizen, bo: Citizen) -> None:
    from tests.support.reading import words

    number = anna.report(f"ไฟทางดับ โทร {PHONE}")
    said = " ".join(map(words, bo.say(number)))
    assert number in said and PHONE not in said
    assert number in " ".join(map(words, bo.say(f"เรื่อง {number} ถึงไหนแล้วคะ")))


def test_those_who_follow_see_no_telephone_number(anna: Citizen, bo: Citizen) -> None:
    """Neither among similar cases, nor on the card of the case they joined, in their list, or in the news."""
    from tests.support.reading import words

    spot = (13.7400, 100.5601)
    anna.tell(anna.text(f"ไฟทางดับ โทร {PHONE}"), anna.pin(*spot), anna.photo())
    anna.press("ส่งเรื่อง")
    (case,) = anna.service.household.cases(anna.user)
    bo.tell(bo.text("ไฟทางดับ"), bo.pin(*spot), bo.photo())
    bo.press("ส่งเรื่อง")
    bo.press("เรื่องเดียวกัน")
    anna.service.household.staff_moves(case.number, "accepted", note=f"โทรหาผู้แจ้ง {PHONE} แล้ว")
    bo.until_told("โทรหาผู้แจ้ง")
    bo.say("ติดตามเรื่อง")
    bo.press("ดูเรื่องนี้")
    seen = " ".join(map(words, bo.line.messages(bo.user)))
    assert case.number in seen and PHONE not in seen and "▒▒▒" in seen
    assert PHONE in " ".join(map(words, anna.say(case.number)))


def test_the_sandbox_is_not_there_with_credentials(service: Process) -> None:
    for path in ("/sandbox", "/sandbox/", "/sandbox/api/state", "/sandbox/line/v2/bot/info", "/"):
        assert service.get(path).status == 404, path


def test_nothing_else_is_there(service: Process) -> None:
    for path in ("/cases", "/media/", "/admin", "/.env", "/static/../app.py", "/console"):
        assert service.get(path).status == 404, path


def test_the_log_holds_nothing_of_what_citizens_wrote(anna: Citizen) -> None:
    anna.report(f"ไฟทางดับ {NAME} {PHONE}")
    log = anna.service.log()
    for secret in (NAME, PHONE, anna.user, "ไฟทางดับ"):
        assert secret not in log
