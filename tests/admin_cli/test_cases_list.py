"""`cases list` and `cases show`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from rich.cells import cell_len
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from admin_cli.shown import fit
from casework.case import CaseView
from casework.thai_time import thai_datetime
from storage import cases, desk_staff, media
from storage.models import Case, Media
from storage.views import views
from tests.admin_cli.desk import NOW, StaffDesk
from tests.support.plans import listening, walks

KEYS = (  # noqa: SIM905
    "number kind status category urgent district_code district subdistrict lat lng agency owner text photos rating "
    "confirmed merged_into channel created_at due_at events"
).split()


def test_no_cases(desk: StaffDesk) -> None:
    assert desk.json("cases", "list") == []
    assert "0 cases" in desk.run("cases", "list").stdout


def test_a_case_has_the_keys_of_the_contract(desk: StaffDesk) -> None:
    number = desk.case(category="road", district_code="1001", subdistrict_code="100107", lat=13.7563, lng=100.5018, urgent=True)
    (listed,) = desk.json("cases", "list")
    assert list(listed) == KEYS
    assert listed == desk.json("cases", "show", number)
    assert (listed["district"], listed["subdistrict"], listed["agency"]) == ("พระนคร", "บวรนิเวศ", "1001")
    assert listed["confirmed"] is None and listed["rating"] is None and listed["photos"] == []
    assert [list(e) for e in listed["events"]] == [["status", "actor", "note", "at"]]
    assert listed["created_at"].endswith("+07:00")
    received = datetime.fromisoformat(listed["created_at"])
    assert abs(received - NOW) < timedelta(seconds=1)
    assert datetime.fromisoformat(listed["due_at"]) - received == timedelta(hours=24)


def test_photos_are_those_kept_or_on_their_way(desk: StaffDesk) -> None:
    number = desk.case()
    with desk.store.write() as session:
        ids = [media.promise(session, f"M{n}", "U1", "image", None, NOW) for n in range(3)]
        rows = [session.get_one(Media, each) for each in ids]
        case = cases.must(session, number)
        for row, state in zip(rows, ("ready", "waiting", "gone"), strict=True):
            row.state, row.case_id = state, case.id
        names = [row.path for row in rows]
    assert desk.json("cases", "show", number)["photos"] == names[:2]


def test_filters(desk: StaffDesk) -> None:
    road = desk.case("road", category="road", district_code="1001", ago=timedelta(days=60))
    tree = desk.case("tree", category="tree", district_code="1033", urgent=True)
    desk.run("cases", "status", tree, "accepted")

    def numbers(*options: str) -> list[str]:
        return [each["number"] for each in desk.json("cases", "list", *options)]

    assert numbers() == [tree, road]
    assert numbers("--status", "accepted") == numbers("--urgent") == numbers("--category", "tree") == [tree]
    assert numbers("--status", "accepted,numbered") == numbers("--status", "open") == [tree, road]
    assert numbers("--status", "accepted", "--status", "numbered") == [tree, road]
    assert numbers("--no-urgent") == numbers("--overdue") == [road]
    for name in ("1001", "พระนคร", "เขตพระนคร", "สำนักงานเขตพระนคร", "Phra Nakhon", "๑๐๐๑"):
        assert numbers("--district", name) == [road]
    week_ago = NOW - timedelta(days=7)
    assert numbers("--since", week_ago.isoformat()) == numbers("--since", thai_datetime(week_ago)) == [tree]
    assert numbers("--limit", "1") == [tree]
    assert numbers("--district", "1001", "--urgent") == []


def test_the_tags_of_work_orders(desk: StaffDesk) -> None:
    new, taken = desk.case("road", category="road"), desk.case("tree", category="tree")
    desk.run("cases", "status", taken, "accepted")
    kinds = {kind: desk.case(kind, kind=kind) for kind in ("inquiry", "suggestion", "compliment")}
    with listening() as issued:
        for word, wanted in {"ออกเลขแล้ว": new, " numbered": new, "รับเรื่อง": taken, "สอบถาม": kinds["inquiry"]}.items():
            assert [case["number"] for case in desk.json("cases", "list", "--tag", word)] == [wanted]
        assert [case["number"] for case in desk.json("cases", "list", "--tag", "ชมเชย", "--limit", "9")] == [
            kinds["compliment"]
        ]
    asked = {statement: given for statement, given in issued.items() if "FROM cases" in statement}
    assert asked and not {statement for statement, given in asked.items() if walks(desk.store, statement, given)}
    assert desk.json("cases", "list", "--tag", "ก่อกวน") == desk.json("cases", "list", "--tag", "รับเรื่อง", "--urgent") == []
    assert "tags      รับเรื่อง" in desk.run("cases", "show", taken).stdout
    assert "tags      เสนอแนะ" in desk.run("cases", "show", kinds["suggestion"]).stdout
    assert "threads list" in desk.no("cases", "list", "--tag", "ติดต่อเจ้าหน้าที่")
    assert "fixed_reported ประสานแก้ไขแล้ว" in desk.run("cases", "list", "--tag", "แก้แล้ว", code=2).stderr


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        (["--status", "done"], 2, "no status done"),
        (["--category", "roads"], 2, "no category roads"),
        (["--district", "นคร"], 1, "no district นคร"),
        (["--since", "yesterdayish"], 2, "--since"),
        (["--limit", "0"], 2, "--limit"),
        (["--limit", "many"], 2, "--limit"),
        (["--what"], 2, "--what"),
    ],
)
def test_what_cannot_be_listed(desk: StaffDesk, options: list[str], code: int, why: str) -> None:
    assert why in desk.run("cases", "list", *options, code=code).stderr


def test_show_in_words(desk: StaffDesk) -> None:
    number = desk.case("ถนนเป็นหลุม\nหน้าตลาด", category="road", district_code="1001", ago=timedelta(days=90))
    desk.run("cases", "status", number, "inspecting", "--note", "กำลังไป", "--reason", "phoned", "--by", "somchai")
    said = desk.run("cases", "show", number).stdout
    for words in (number, "พระนคร", "LATE", "หน้าตลาด", "staff:somchai", "กำลังไป", "[staff] phoned"):
        assert words in said


@pytest.mark.parametrize("spelling", ["{}", " {} ", "#{}"])
def test_numbers_in_any_spelling(desk: StaffDesk, spelling: str) -> None:
    number = desk.case()
    thai = number.translate(str.maketrans("0123456789-", "๐๑๒๓๔๕๖๗๘๙–"))
    for typed in (spelling.format(number), spelling.format(number.replace("-", "")), spelling.format(thai)):
        assert desk.json("cases", "show", typed)["number"] == number


def test_numbers_that_are_none(desk: StaffDesk) -> None:
    number = desk.case()
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "check digit is wrong" in desk.no("cases", "show", wrong)
    assert "not a case number" in desk.no("cases", "show", "hello")
    with desk.store.write() as session:
        other = cases.new_number(session, NOW)
    assert desk.no("cases", "show", other) == f"There is no case {other}.\n"


def test_words_of_others_do_not_steer_the_terminal(desk: StaffDesk) -> None:
    number = desk.case("a\x1b[31mred\u202eb\x9b1m")
    for arguments in (("cases", "list"), ("cases", "show", number), ("cases", "list", "--json")):
        said = desk.run(*arguments).stdout
        assert not {"\x1b", "\u202e", "\x9b"} & set(said)
    assert desk.json("cases", "show", number)["text"] == "a\x1b[31mred\u202eb\x9b1m"


def test_thai_columns_stand_straight(desk: StaffDesk) -> None:
    for code in ("1008", "1001", "1033"):
        desk.case("น้ำท่วมที่นี่ " * 20, district_code=code)
    header, *lines, count = desk.run("cases", "list").stdout.splitlines()
    assert count == "3 cases"
    for line in lines:
        assert cell_len(line.partition("น้ำ")[0]) == header.index("what")
        assert cell_len(line) <= 160 and line.endswith("…")


@pytest.mark.parametrize("width", range(1, 14))
def test_a_letter_keeps_its_vowels_and_tones(width: int) -> None:
    cut = fit("น้ำที่ปู่", width)
    assert cell_len(cut) == width
    kept = cut.rstrip().removesuffix("…")
    assert kept in {"", "น้ำ", "น้ำที่", "น้ำที่ปู่"}


def test_five_thousand_cases_quickly_and_without_a_query_each(desk: StaffDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = desk.stored(desk.case())
    columns = {
        name: getattr(case, name)
        for name in Case.__table__.c.keys()  # noqa: SIM118 - columns iterate as columns
        if name != "id"
    }
    with desk.store.write() as session:
        session.execute(insert(Case), [columns | {"number": f"69-{n:07d}"} for n in range(5000)])
    asked: list[str] = []
    told = views

    def counted(session: Session, rows: Sequence[Case], **how: bool) -> list[CaseView]:
        event.listen(session.connection(), "before_cursor_execute", lambda *call: asked.append(call[2]))
        return told(session, rows, **how)

    monkeypatch.setattr(desk_staff, "views", counted)
    listed = desk.json("cases", "list")
    assert len(listed) == 5001
    assert len(asked) == 2 * 11  # events and media, a page of 500 each
