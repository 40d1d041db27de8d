"""Cases that come from elsewhere in bulk, and cases that leave: plain functions, a Session first.

What is imported is history: nobody is told of it, in LINE or in groups, and no alarm starts; open ones count as open work.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework import numbers
from casework.case import OPEN
from casework.contact import mask
from casework.duetimes import acknowledge_by, finish_by
from casework.interchange import Row, Told, standing
from casework.rules import Rules
from storage import facts
from storage.cases import number_key
from storage.counting import next_running
from storage.engine import Store
from storage.models import Case, CaseEvent, Fact, Person

PAGE = 500
IMPORTED = "imported"
"""Kind of the event that keeps the further columns of a row: for staff alone."""
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass
class Position:
    """How far an import has come: everything before byte `offset` (SHA-256 `digest`) is in the database."""

    offset: int
    line: int
    digest: str
    rows: int = 0
    entered: int = 0
    known: int = 0
    bad: int = 0
    assumed: int = 0


def position(session: Session, name: str) -> Position | None:
    """Where the import of this name stopped, if it did not come to its end."""
    fact = session.get(Fact, name)
    return None if fact is None else Position(**json.loads(fact.value))


def remember(session: Session, name: str, where: Position | None, now: datetime) -> None:
    """Keep the position (None: the import is over), in the transaction of the rows before it."""
    if where is None:
        facts.drop(session, name)
    else:
        facts.put(session, name, json.dumps(asdict(where)), now)


def known(session: Session, rows: Sequence[Row]) -> set[str]:
    """Those of the rows' external numbers that are here already: entered before, or our own number of the same case.

    A case of ours leaves under its own number: coming back it is known by it and by the moment it was received.
    """
    given = [row.external_no for row in rows]
    found = {no for no in session.scalars(select(Case.external_no).where(Case.external_no.in_(given))) if no is not None}
    own = {row.external_no: row.received_at for row in rows if numbers.parse(row.external_no) == row.external_no}
    if own:
        for number, at in session.execute(select(Case.number, Case.created_at).where(Case.number.in_(own))):
            if abs((at - own[number]).total_seconds()) < 0.001:
                found.add(number)
    return found


def enter(session: Session, rows: Sequence[Row], rules: Rules, *, actor: str, origin: str) -> int:
    """Enter the rows that are not here yet, in a few statements however many; how many were.

    `actor` stands in their events, `origin` (where they came from) as the reason of the first one.
    """
    here = known(session, rows)
    fresh: dict[str, Row] = {}
    for row in rows:
        if row.external_no not in here:
            fresh.setdefault(row.external_no, row)
    if not fresh:
        return 0
    given = _numbers(session, list(fresh.values()))
    cases = [_case(number, row, rules) for number, row in given.items()]
    made = _INSERT[session.get_bind().dialect.name](Case.__table__)
    # Somebody else may enter the same number at this very moment: then theirs stands.
    session.execute(made.on_conflict_do_nothing(index_elements=["external_no"]), cases)
    ids = {number: id_ for id_, number in session.execute(select(Case.id, Case.number).where(Case.number.in_(given)))}
    events = [event for number, id_ in sorted(ids.items(), key=_second) for event in _events(id_, given[number], actor, origin)]
    session.execute(insert(CaseEvent.__table__), events)  # type: ignore[arg-type]
    return len(ids)


def _second(pair: tuple[str, int]) -> int:
    return pair[1]


def _numbers(session: Session, rows: Sequence[Row]) -> dict[str, Row]:
    """A fresh case number for each, of the fiscal year in which it was received."""
    key, years = number_key(session), Counter(numbers.fiscal_year(row.received_at) for row in rows)
    running = {year: next_running(session, f"cases-{year}", many) - many for year, many in years.items()}
    made = {}
    for row in rows:
        year = numbers.fiscal_year(row.received_at)
        running[year] += 1
        made[numbers.make(year, running[year], key)] = row
    return made


def _case(number: str, row: Row, rules: Rules) -> dict[str, Any]:
    taken_by = acknowledge_by(rules, urgent=False, at=row.received_at)
    due = finish_by(rules, row.category, urgent=False, at=row.received_at)
    return {
        "number": number,
        "kind": row.kind,
        "status": row.status,
        "category": row.category,
        "urgent": False,
        "text": row.text,
        "parts": [],
        "lat": row.lat,
        "lng": row.lng,
        "district_code": row.district_code,
        "subdistrict_code": row.subdistrict_code,
        "agency": row.agency,
        "channel": row.channel,
        "external_no": row.external_no,
        "share_contact": False,
        "rating": row.rating,
        "created_at": row.received_at,
        "acknowledge_by": taken_by,
        "due_at": due,
        "first_acknowledge_by": taken_by,
        "first_due_at": due,
        "late_told": True,
        "closed_at": row.closed_at,
        "clock_step": 0,
        "round": 0,
    }


def _events(case_id: int, row: Row, actor: str, origin: str) -> Iterator[dict[str, Any]]:
    same = {"case_id": case_id, "actor": actor, "told": True, "spread": True, "agency": row.agency}
    for number, step in enumerate(row.steps):
        why = origin if number == 0 else "its time was not given" if step.assumed else None
        yield {**same, "status": step.status, "note": None, "reason": why, "at": step.at, "kind": "move"}
    last = {"status": row.status, "reason": None, "at": row.steps[-1].at}
    if row.rating is not None:
        yield {**same, **last, "note": str(row.rating), "kind": "stars"}
    if row.notes is not None:
        yield {
            **same,
            **last,
            **{"note": row.notes, "kind": IMPORTED},
        }


def leaving(store: Store, ids: Sequence[int], box: MultiFernet | None = None) -> Iterator[tuple[Told, str, str | None]]:
    """These cases, page by page: each with its number and, with `box`, the reporter's telephone where they agreed to share it.

    Without `box` telephone and card numbers in the words are hidden, as on pages.
    """
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        with store.read() as session:
            rows = session.execute(select(*_COLUMNS).where(Case.id.in_(page)))
            found = {row.id: row for row in rows}
            moves: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
            event = select(CaseEvent.case_id, CaseEvent.status, CaseEvent.at).where(CaseEvent.case_id.in_(page))
            for case_id, status, at in session.execute(event.where(CaseEvent.kind == "move").order_by(CaseEvent.id)):
                moves[case_id].append((status, at))
            sharing = [row.reporter for row in found.values() if box is not None and row.share_contact and row.reporter]
            people = select(Person.id, Person.phone).where(Person.id.in_(sharing))
            phones = {row.id: row.phone for row in session.execute(people)} if sharing else {}
        for id_ in page:
            if id_ in found:
                row = found[id_]
                phone = _opened(box, phones.get(row.reporter)) if box is not None and row.share_contact else None
                yield _told(row, moves[id_], clear=box is not None), row.number, phone


_COLUMNS = (
    *(Case.id, Case.number, Case.external_no, Case.created_at, Case.channel, Case.kind, Case.category, Case.text),
    *(Case.district_code, Case.agency, Case.lat, Case.lng, Case.status, Case.closed_at, Case.rating),
    *(Case.reporter, Case.share_contact),
)


def _told(row: Any, moves: Sequence[tuple[str, datetime]], *, clear: bool) -> Told:
    accepted, fixed = standing(moves, row.status)
    return Told(
        external_no=row.external_no or row.number,
        received_at=row.created_at,
        channel=row.channel,
        kind=row.kind,
        category=row.category,
        text=row.text if clear else mask(row.text),
        district_code=row.district_code,
        agency=row.agency,
        lat=row.lat,
        lng=row.lng,
        status=row.status,
        accepted_at=accepted,
        fixed_at=fixed,
        closed_at=None if row.status in OPEN else row.closed_at,
        rating=row.rating,
    )


def _opened(box: MultiFernet, sealed: bytes | None) -> str | None:
    try:
        return None if sealed is None else box.decrypt(sealed).decode()
    except InvalidToken:
        return None
