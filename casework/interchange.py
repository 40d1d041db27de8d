"""Cases as rows of a CSV file: what the centre's older system (MIS) and others exchange with us. Reading one row, writing one.

Columns, formats and what is refused are told in docs/interchange.md. Nothing here opens a file or a database.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from casework import numbers
from casework.case import CHANNELS, KINDS, STATUSES, UNFIXED
from casework.catalog import agencies, categories, responsible
from casework.place_data import tables
from casework.places import BadPosition, locate
from casework.refusals import Refused
from casework.thai_time import bangkok
from casework.typed_times import read as moment

COLUMNS = (
    *("external_no", "received_at", "channel", "kind", "category", "text", "district_code", "agency", "lat", "lng"),
    *("status", "accepted_at", "fixed_at", "closed_at", "rating"),
)
REQUIRED = ("external_no", "received_at", "text")
IGNORED = ("number",)
"""Written by `cases export --number`; a case's number is given by the database that it enters."""
LONGEST_TEXT, LONGEST_NOTE, LONGEST_NO = 100_000, 20_000, 64
AHEAD = timedelta(minutes=5)
"""How much another clock may be ahead of ours."""
NO_WORDS = "-"
"""Stands for the words of a case that has none (a photo alone), which a row must have."""
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet takes for a formula (OWASP, CSV Injection)."""
_BREAKS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DONE = ("closed", "not_ours", "merged", "withdrawn", "nuisance")


@dataclass(frozen=True, slots=True)
class Step:
    """One move in the life of an imported case. `assumed`: the row gives no time for it, the latest it gives was taken."""

    status: str
    at: datetime
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be entered."""

    external_no: str
    received_at: datetime
    channel: str
    kind: str
    category: str
    text: str
    district_code: str | None
    subdistrict_code: str | None
    agency: str
    lat: float | None
    lng: float | None
    status: str
    steps: tuple[Step, ...]
    closed_at: datetime | None
    rating: int | None
    notes: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A case as it leaves. Times are those of the lifecycle; `fixed_at` and `closed_at` only while they stand."""

    external_no: str
    received_at: datetime
    channel: str
    kind: str
    category: str
    text: str
    district_code: str | None
    agency: str
    lat: float | None
    lng: float | None
    status: str
    accepted_at: datetime | None
    fixed_at: datetime | None
    closed_at: datetime | None
    rating: int | None


def safe(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would take for a formula (and before an apostrophe of its own)."""
    return f"'{cell}" if cell.startswith((*_RISKY, "'")) else cell


def unsafe(cell: str) -> str:
    """The cell as it was before safe(); an apostrophe before anything else stays."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in {*_RISKY, "'"} else cell


def write(case: Told) -> list[str]:
    """The cells of a case, in the order of COLUMNS, safe for spreadsheets."""
    words = case.text.replace("\x00", "")
    cells = (
        *(case.external_no, _stamp(case.received_at), case.channel, case.kind, case.category),
        words if words.strip() else NO_WORDS,
        *(case.district_code or "", case.agency, _degrees(case.lat), _degrees(case.lng), case.status),
        *(_stamp(case.accepted_at), _stamp(case.fixed_at), _stamp(case.closed_at)),
        "" if case.rating is None else str(case.rating),
    )
    return [safe(cell) for cell in cells]


def standing(moves: Sequence[tuple[str, datetime]], status: str) -> tuple[datetime | None, datetime | None]:
    """(accepted_at, fixed_at) of a case's moves in their order: the first acceptance, and the last reported fix that no later
    move undid."""
    accepted = fixed = None
    for to, at in moves:
        if to in {"accepted", "inspecting"}:
            accepted = accepted or at
        if to == "fixed_reported":
            fixed = at
        elif to in UNFIXED:
            fixed = None
    return accepted, None if status in UNFIXED else fixed


def read(cells: Mapping[str, str], now: datetime) -> Row:
    """The row that these cells (column name → cell) make.

    Raises Refused for what cannot be entered; the first thing that is wrong is named.
    """
    cells = {name: unsafe(cell) for name, cell in cells.items()}
    text = cells.get("text", "")
    for name, cell in cells.items():
        if "\x00" in cell or (name in COLUMNS and name != "text" and _BREAKS.search(cell)):
            raise Refused("refused.row_controls", column=name)
    given = {name: cells.get(name, "").strip() for name in COLUMNS}
    if not 0 < len(given["external_no"]) <= LONGEST_NO:
        raise Refused("refused.row_external_no", longest=LONGEST_NO)
    if not text.strip():
        raise Refused("refused.no_text")
    if len(text) > LONGEST_TEXT:
        raise Refused("refused.row_long", column="text", longest=LONGEST_TEXT)
    kind = _one_of(given["kind"] or "complaint", KINDS, "kind")
    category = _one_of(given["category"] or "other", tuple(categories()), "category")
    lat, lng, district, subdistrict = _place(given)
    agency = given["agency"] or (responsible(category, district)[0] if kind == "complaint" else "1555")
    if agency not in agencies():
        raise Refused("refused.unknown_agency", agency=agency)
    status, steps, closed_at = _life(given, now)
    return Row(
        external_no=given["external_no"],
        received_at=steps[0].at,
        channel=_one_of(given["channel"] or "mis", CHANNELS, "channel"),
        kind=kind,
        category=category,
        text=text,
        district_code=district,
        subdistrict_code=subdistrict,
        agency=agency,
        lat=lat,
        lng=lng,
        status=status,
        steps=steps,
        closed_at=closed_at,
        rating=_rating(given["rating"]),
        notes=_notes(cells),
    )


def _one_of(given: str, known: tuple[str, ...], column: str) -> str:
    found = given if given in known else given.casefold()
    if found not in known:
        raise Refused("refused.row_unknown", column=column, given=given, known=", ".join(known))
    return found


def _time(given: Mapping[str, str], column: str, now: datetime) -> datetime | None:
    typed = given[column]
    if not typed:
        return None
    found = _moment(typed)
    if found is None:
        raise Refused("refused.row_time", column=column, given=typed)
    if found > now + AHEAD:
        raise Refused("refused.row_future", column=column, given=typed)
    return found


@lru_cache(maxsize=4096)
def _moment(typed: str) -> datetime | None:
    return moment(typed)


def _life(given: Mapping[str, str], now: datetime) -> tuple[str, tuple[Step, ...], datetime | None]:
    """The status, the moves that led there, and when the case was over (None while it is open)."""
    received = _time(given, "received_at", now)
    if received is None:
        raise Refused("refused.row_missing", column="received_at")
    if not numbers.FIRST_YEAR <= numbers.fiscal_year(received) <= numbers.LAST_YEAR:
        raise Refused("refused.too_long_ago", at=given["received_at"])
    steps = [Step("numbered", received)]
    for status, column in (("accepted", "accepted_at"), ("fixed_reported", "fixed_at"), ("closed", "closed_at")):
        at = _time(given, column, now)
        if at is not None:
            if at < steps[-1].at:
                raise Refused("refused.row_order", column=column, given=given[column])
            steps.append(Step(status, at))
    last = steps[-1]
    status = _one_of(given["status"] or last.status, STATUSES, "status")
    if status == last.status:
        return status, tuple(steps), last.at if status == "closed" else None
    if last.status == "closed" and status in _DONE:  # for these closed_at says when they were over
        return status, (*steps[:-1], Step(status, last.at)), last.at
    before = ("numbered", "accepted", "fixed_reported", "closed")
    if status in before and before.index(status) < before.index(last.status):
        raise Refused("refused.row_contradiction", status=status, later=last.status)
    if status == "fixed_reported" or (status == "closed" and last.status != "fixed_reported"):
        raise Refused("refused.row_needs_time", status=status, column="fixed_at" if status == "fixed_reported" else "closed_at")
    return status, (*steps, Step(status, last.at, assumed=True)), last.at if status in _DONE else None


def _place(given: Mapping[str, str]) -> tuple[float | None, float | None, str | None, str | None]:
    """Latitude, longitude, district, sub-district. A district that is given stands, also beside a pin that lies elsewhere."""
    district = _district(given["district_code"]) if given["district_code"] else None
    if not given["lat"] and not given["lng"]:
        return None, None, district, None
    try:
        lat, lng = float(numbers.plain(given["lat"])), float(numbers.plain(given["lng"]))
        if not (math.isfinite(lat) and math.isfinite(lng)):
            raise ValueError("no number")
        found = locate(lat, lng)
    except BadPosition as problem:
        why = problem.reason.replace("_", " ")
        raise Refused("refused.no_position", lat=given["lat"], lng=given["lng"], why_not=why) from problem
    except ValueError as problem:
        raise Refused("refused.no_position", lat=given["lat"], lng=given["lng"], why_not="two numbers are wanted") from problem
    if not found.in_bangkok:
        raise Refused("refused.row_outside", lat=given["lat"], lng=given["lng"])
    if district is None or district == found.district_code:
        return found.lat, found.lng, found.district_code, found.subdistrict_code
    return found.lat, found.lng, district, None


@lru_cache(maxsize=1024)
def _district(typed: str) -> str:
    """By code, or by the Thai or English name, with or without the word for district."""
    bare = "".join(numbers.plain(typed).split()).casefold()
    for code, row in tables().districts.items():
        thai, office = ("".join(numbers.plain(name).split()).casefold() for name in (row.name_th, row.office_th))
        if bare in {code, "".join(row.name_en.split()).casefold()} or (bare.endswith(thai) and office.endswith(bare)):
            return code
    raise Refused("refused.unknown_district", district=typed)


def _rating(typed: str) -> int | None:
    if not typed:
        return None
    plain = numbers.plain(typed).removesuffix(".0")
    if plain not in {"1", "2", "3", "4", "5"}:
        raise Refused("refused.row_rating", given=typed)
    return int(plain)


def _notes(cells: Mapping[str, str]) -> str | None:
    kept = [
        f"{name}: {' '.join(cell.split())}" for name, cell in cells.items() if name not in (*COLUMNS, *IGNORED) and cell.strip()
    ]
    said = "\n".join(kept)
    if len(said) > LONGEST_NOTE:
        raise Refused("refused.row_long", column="further columns", longest=LONGEST_NOTE)
    return said or None


def _stamp(at: datetime | None) -> str:
    """ISO 8601 with Bangkok's offset, to the second (thousandths where there are any)."""
    if at is None:
        return ""
    there = bangkok(at)
    return there.isoformat(timespec="milliseconds" if there.microsecond >= 1000 else "seconds")


def _degrees(value: float | None) -> str:
    return "" if value is None else repr(value)
