"""`cases import` and `cases export`: any cells, any bytes; nothing but a row or a sentence, and what left comes back."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from admin_cli.csv_file import CsvFile
from admin_cli.refusals import sentence
from casework.case import CHANNELS, KINDS, STATUSES
from casework.catalog import agencies, categories
from casework.contact import mask
from casework.interchange import COLUMNS, NO_WORDS, Told, read, safe, unsafe, write
from casework.refusals import Refused

NOW = datetime(2026, 11, 21, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
CELLS = st.one_of(
    WORDS,
    st.sampled_from(
        ["", " ", "=1+1", "2026-01-31", "31/01/2569 09:00", "๑", "closed", "road", "1004", "nan", "inf", "1e999", "-0"]
    ),
)
"""What may stand anywhere."""


@given(st.dictionaries(st.sampled_from([*COLUMNS, "zone", "number"]), CELLS))
@example({"external_no": "1", "received_at": "2569-02-29", "text": "x"})
@example({"external_no": "1", "received_at": "2026-01-01", "text": "x", "lat": "1e999", "lng": "nan"})
def test_any_row_is_taken_or_refused_with_a_sentence(cells: dict[str, str]) -> None:
    try:
        row = read(cells, NOW)
    except Refused as why:
        assert not sentence(why).startswith("Refused"), "this refusal has no words"
        return
    assert row.status in STATUSES and row.agency in agencies() and row.text.strip()
    assert [step.at for step in row.steps] == sorted(step.at for step in row.steps)
    assert row.steps[-1].status == row.status and (row.closed_at is None) == (row.status not in {"closed", *row_ends()})


def row_ends() -> tuple[str, ...]:
    return ("not_ours", "merged", "withdrawn", "nuisance")


@given(WORDS)
@example("'=")
@example("''")
def test_no_cell_is_a_formula_and_each_comes_back(cell: str) -> None:
    assert unsafe(safe(cell)) == cell
    assert not safe(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2026, 11, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))


@st.composite
def told(draw: st.DrawFn) -> Told:
    """A case as `cases export` meets it."""
    at = draw(MOMENTS)
    later = [at + timedelta(hours=hours) for hours in sorted(draw(st.lists(st.integers(0, 300), min_size=3, max_size=3)))]
    status = draw(st.sampled_from(STATUSES))
    known = {"accepted": 1, "inspecting": 1, "fixed_reported": 2, "closed": 3}.get(status, 0)
    times = [moment if n < known else None for n, moment in enumerate(later)]
    if status in row_ends():
        times[2] = later[2]
    if status == "closed":
        times[:2] = [moment if draw(st.booleans()) else None for moment in times[:2]]
    return Told(
        external_no=draw(st.from_regex(r"[A-Z0-9/.ก-ฮ=@-]{1,64}", fullmatch=True)),
        received_at=at,
        channel=draw(st.sampled_from(CHANNELS)),
        kind=draw(st.sampled_from(KINDS)),
        category=draw(st.sampled_from(list(categories()))),
        text=draw(WORDS),
        district_code=draw(st.sampled_from([None, "1001", "1050"])),
        agency=draw(st.sampled_from(list(agencies()))),
        lat=None,
        lng=None,
        status=status,
        accepted_at=times[0],
        fixed_at=times[1],
        closed_at=times[2],
        rating=draw(st.sampled_from([None, 1, 5])),
    )


@given(told())
def test_what_leaves_comes_back(case: Told) -> None:
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerows([COLUMNS, write(case)])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "out.csv"
        file.write_bytes(made.getvalue().encode())
        with CsvFile(file) as opened:
            (row,) = opened.rows()
    assert row.cells is not None
    try:
        back = read(row.cells, NOW)
    except Refused as why:
        # Control characters beside tabs and line ends are refused in all columns but the words.
        assert why.why == "refused.row_controls"
        return
    words = case.text.replace("\x00", "")
    assert back.text == (words if words.strip() else NO_WORDS)
    assert (back.status, back.received_at, back.closed_at) == (case.status, case.received_at, case.closed_at)
    assert (back.channel, back.kind, back.category, back.agency) == (case.channel, case.kind, case.category, case.agency)
    assert (back.district_code, back.rating, back.external_no) == (case.district_code, case.rating, case.external_no)


@given(WORDS)
@example("โทร 081-234-5678 1-1037-02071-81-1")
def test_hidden_numbers_stay_as_they_are(words: str) -> None:
    assert mask(mask(words)) == mask(words)


HEADER = ",".join(COLUMNS).encode() + b"\n"


@given(st.binary(max_size=300))
@example(b'"')
@example(b'a,"b\n\n,,\n"c')
@example(b"\xff\xfe\x00\n,\r,\r\n")
def test_any_bytes_are_rows_or_none(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "any.csv"
        file.write_bytes(HEADER + body)
        with CsvFile(file) as opened:
            found = list(opened.rows())
        ends = [row.after for row in found]
        assert ends == sorted(ends) and all(end <= file.stat().st_size for end in ends)
        assert all((row.cells is None) == (row.why is not None) and row.first <= row.last for row in found)
        # Going on after any row finds the same ones again.
        for n, row in enumerate(found):
            with CsvFile(file) as opened:
                opened.go_to(row.after, row.last)
                assert [again.first for again in opened.rows()] == [later.first for later in found[n + 1 :]]
