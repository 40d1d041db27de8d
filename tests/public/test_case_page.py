"""A case's public page: what strangers see of it, and what they never do."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image

from casework.catalog import categories
from storage import cases, facts, media, releases
from storage.models import Media
from storage.shelf import name_of
from tests.public.conftest import NOW, Public
from tests.support.pictures import photo

PHONE, CARD, NAME = "081-234-5678", "1 1037 02071 81 1", "สมชายผู้แจ้ง"


def add_photo(public: Public, number: str, role: str, seed: int) -> bytes:
    """A stored photo of the case; its content."""
    data, name = photo(seed), f"{seed:064x}"
    public.settings.media_dir.mkdir(exist_ok=True)
    came = public.settings.media_dir / f"came{seed}"
    came.write_bytes(data)
    public.settings.shelf.put(name_of(name), came)
    with public.store.write() as session:
        case = cases.must(session, number)
        row = session.get_one(Media, media.promise(session, f"m{seed}", "U1", "image", None, NOW))
        row.state, row.case_id, row.role, row.sha256, row.mime = "ready", case.id, role, name, "image/jpeg"
    return data


def page(public: Public, number: str, **headers: str) -> str:
    answer = public.client.get(f"/cases/{number}", headers=headers)
    assert answer.status_code == 200
    return answer.text


def test_status_story_notes_and_date(public: Public) -> None:
    number = public.file(f"ไฟดับ โทร {PHONE} {NAME}", category="light")
    public.move(number, "accepted", ago=timedelta(minutes=30))
    public.move(number, "inspecting", note=f"ช่างเข้าพื้นที่แล้ว โทร {PHONE} บัตร {CARD} <b>x</b>")
    seen = page(public, number)
    place, due = "แขวงพระบรมมหาราชวัง เขตพระนคร", "คาดว่าแก้ไขภายใน 28 พ.ย. 2569"
    for words in ("ตรวจสอบ/กำลังดำเนินการ", "แสงสว่าง", place, "สำนักงานเขตพระนคร", due):
        assert words in seen, words
    assert "21 พ.ย. 2569 10:00 น." in seen and "ช่างเข้าพื้นที่แล้ว" in seen and "&lt;b&gt;" in seen
    for secret in (PHONE, PHONE.replace("-", ""), CARD, NAME, "ไฟดับ", "malee", "U" + "a" * 32, "U1"):
        assert secret not in seen, secret
    english = page(public, number, **{"Accept-Language": "en"})
    assert "Phra Borom Maha Ratchawang sub-district, Phra Nakhon district" in english and "Expected by 28 Nov 2026" in english


def test_open_graph_and_the_picture(public: Public) -> None:
    number = public.file()
    seen = page(public, number)
    assert f'property="og:title" content="{number} · ออกเลขแล้ว"' in seen and "noindex" in seen
    assert f'content="https://1555.example/cases/{number}/card.png?lang=th"' in seen
    answer = public.client.get(f"/cases/{number}/card.png")
    picture = Image.open(io.BytesIO(answer.data))
    assert answer.mimetype == "image/png" and picture.size == (1200, 630) and len(answer.data) < 300_000
    assert public.client.get(f"/cases/{number}/card.png?lang=en").data != answer.data
    public.move(number, "accepted")
    assert public.client.get(f"/cases/{number}/card.png").data != answer.data
    assert public.client.get("/cases/70-1234567/card.png").status_code == 404


def test_photos_of_the_result_are_shown_those_of_the_report_when_released(public: Public) -> None:
    number = public.file()
    before, after = add_photo(public, number, "report", 1), add_photo(public, number, "result", 2)
    proof = add_photo(public, number, "proof", 3)
    public.move(number, "accepted", "fixed_reported")
    get = public.client.get
    assert f"/cases/{number}/photos/2.jpg" in page(public, number) and "photos/1.jpg" not in page(public, number)
    assert get(f"/cases/{number}/photos/2.jpg").data == get(f"/cases/{number}/photos/last.jpg").data == after
    for place in (0, 1, 3, 4, 99999999999999999999):
        assert get(f"/cases/{number}/photos/{place}.jpg").status_code == 404, place
    with public.store.write() as session:
        case = cases.must(session, number)
        assert releases.decide(session, case, 1, shown=True, by="malee", reason=None, now=NOW).shown
        assert not releases.decide(session, case, 2, shown=False, by="malee", reason="a face", now=NOW).shown
    assert "photos/1.jpg" in page(public, number) and "photos/2.jpg" not in page(public, number)
    assert get(f"/cases/{number}/photos/1.jpg").data == before
    assert get(f"/cases/{number}/photos/2.jpg").status_code == get(f"/cases/{number}/photos/last.jpg").status_code == 404
    assert proof not in {before, after}


def test_of_sensitive_cases_little_is_shown(public: Public) -> None:
    for n, category in enumerate(c for c in categories().values() if c.public != "exact"):
        number = public.file("ลับมาก", category=category.code, urgent=True)
        add_photo(public, number, "result", 5 + n)
        public.move(number, "accepted", "inspecting", note="บ้านเลขที่ ๙๙")
        public.move(number, "fixed_reported", note="คุยกับเจ้าของบ้านแล้ว")
        seen = page(public, number)
        assert "ประสานแก้ไขแล้ว" in seen
        for secret in ("ลับมาก", "๙๙", "เจ้าของบ้าน", "photos/"):
            assert secret not in seen, (category.code, secret)
        for part in (category.th, "เขตพระนคร", "เร่งด่วน"):
            assert (part in seen) is (category.public == "blurred"), (category.code, part)
    assert public.client.get(f"/cases/{number}/card.png").status_code == 200


def test_merged_leads_to_the_case_it_lives_on_in(public: Public) -> None:
    one, other = public.file(), public.file()
    with public.store.write() as session:
        case = cases.held(session, one)
        cases.move(session, case, "merged", NOW, who="staff", actor="staff:malee")
        case.merged_into = other
    assert f'href="/cases/{other}"' in page(public, one)


def test_of_what_is_no_case_only_the_status(public: Public) -> None:
    for status in ("withdrawn", "nuisance"):
        number = public.file("ลับมาก")
        public.move(number, status, note="ไม่ใช่เรื่องจริง")
        seen = page(public, number)
        assert "ไม่ใช่เรื่องจริง" not in seen and "เขตพระนคร" not in seen and "ถนน" not in seen


def test_a_wrong_number_is_answered_kindly(public: Public) -> None:
    number = public.file()
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    for typed, words in ((wrong, "น่าจะพิมพ์ผิด"), ("hello", "ไม่ใช่เลขเรื่อง"), ("70-0000013", "")):
        answer = public.client.get(f"/cases/{typed}")
        assert answer.status_code == 404 and words in answer.text and "1555" in answer.text, typed
    assert "mistyped" in public.client.get(f"/cases/{wrong}?lang=en").text
    assert "<script>" not in public.client.get("/cases/<script>alert(1)<%2Fscript>").text


def test_other_spellings_lead_to_the_one_address(public: Public) -> None:
    number = public.file()
    for typed in (number.replace("-", ""), number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))):
        answer = public.client.get(f"/cases/{typed}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/cases/{number}")
    assert public.client.get(f"/cases/{number.replace('-', '')}?lang=en").headers["Location"] == f"/cases/{number}?lang=en"


def test_named_by_content_and_asked_again_each_time(public: Public) -> None:
    number = public.file()
    first = public.client.get(f"/cases/{number}")
    assert first.cache_control.no_cache and "Accept-Language" in first.vary
    again = {"If-None-Match": first.headers["ETag"]}
    assert public.client.get(f"/cases/{number}", headers=again).status_code == 304
    assert public.client.head(f"/cases/{number}").status_code == 200
    public.move(number, "accepted")
    assert public.client.get(f"/cases/{number}", headers=again).status_code == 200


def test_the_way_into_the_chat(public: Public) -> None:
    number = public.file()
    assert "oaMessage" not in page(public, number)
    for told, link in (("@155abc.d", f"https://line.me/R/oaMessage/%40155abc.d/?{number}"), ('@x"><script>', None)):
        with public.store.write() as session:
            facts.put(session, "line_account", told, NOW)
        assert (link in page(public, number)) if link else ("oaMessage" not in page(public, number))
