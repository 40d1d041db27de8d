"""Registry requests (งานทะเบียน): the services, each one declaration in `data/registry/`; a request's states; fees; views."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from stdnum.exceptions import ValidationError
from stdnum.th import pin

from casework.refusals import Refused
from casework.rules import Rules
from casework.verifier import CHECKS

FOLDER = Path(__file__).parent / "data" / "registry"
NEEDS = ("laser", "office", "copies", "topic", "when", "photo")
"""What a service may ask for, in the order of the questions; the number under the photo confirms the request."""
NUMBERS = frozenset({"laser", "photo"})
LIVE = ("asked", "approved")
STATUSES = (*LIVE, "collected", "rejected", "cancelled")


@dataclass(frozen=True)
class Service:
    """A service: what it needs, whose office, which checks. `words`: what in a text points to it."""

    code: str
    th: str
    en: str
    short_th: str
    short_en: str
    needs: tuple[str, ...]
    offices: str
    """`taking_part`, or codes of the offices that give it."""
    checks: tuple[str, ...]
    own_only: bool
    most_copies: int
    words: tuple[str, ...]

    def asks_for(self, what: str) -> bool:
        """Whether this has to be given."""
        return what in self.needs

    @property
    def secret(self) -> bool:
        """Whether card numbers are asked for: then consent comes first."""
        return bool(NUMBERS & set(self.needs))


@lru_cache(maxsize=8)
def services(folder: Path = FOLDER) -> Mapping[str, Service]:
    """The services by the number that is typed before `#`. Raises ValueError for a file with an unknown need or check."""
    found = {}
    for file in sorted(folder.glob("[0-9]*.toml")):
        row: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        code = str(int(file.name.partition("_")[0]))
        parts: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
        service = Service(code=code, **parts)
        unknown = [n for n in service.needs if n not in NEEDS] + [c for c in service.checks if c not in CHECKS]
        if unknown:
            raise ValueError(f"{file.name}: unknown {unknown}")
        found[code] = service
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: int(item[0]))))


def named_in(text: str) -> str | None:
    """The service that a text points to, where it is only one."""
    found = [code for code, service in services().items() if any(word in text for word in service.words)]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Order:
    """A request about to be made. `laser`, `photo`, `topic` are encrypted already."""

    service: str
    office: str
    copies: int
    slot: datetime
    laser: str | None = None
    photo: str | None = None
    topic: str | None = None
    consent_version: str | None = None
    consent_at: datetime | None = None


@dataclass(frozen=True)
class RequestView:
    """A request as its owner and staff may see it: no card numbers."""

    id: int
    service: str
    office: str
    status: str
    copies: int
    wanted_at: datetime
    agreed_at: datetime | None
    fee: Decimal | None
    reason: str | None
    stars: int | None

    @property
    def at(self) -> datetime:
        """The time that holds: agreed, else wanted."""
        return self.agreed_at or self.wanted_at


def fee(rules: Rules, service: str, day: date, copies: int) -> Decimal | None:
    """The fee in baht by the dated rules, None where no rule is in force: then the officer enters it.

    `[registry_fees] 1 = "2569-10-01:10 2570-10-01:12"`: baht a copy from that day on (Buddhist years).
    """
    best: tuple[date, Decimal] | None = None
    for entry in str(rules.table("registry_fees").get(service, "")).split():
        since, _, baht = entry.partition(":")
        year, month, day_ = map(int, since.split("-"))
        begins = date(year - 543 if year > 2400 else year, month, day_)
        if begins <= day and (best is None or begins > best[0]):
            best = begins, Decimal(baht)
    return None if best is None else best[1] * max(1, copies)


def money(text: str) -> Decimal:
    """A fee as an officer types it. Raises Refused for what is no amount of baht and satang up to 100,000."""
    try:
        amount = Decimal(text.replace(",", "").strip())
    except InvalidOperation as problem:
        raise Refused("refused.no_fee", fee=text) from problem
    if not amount.is_finite() or not 0 <= amount <= 100_000 or amount != amount.quantize(Decimal("0.01")):
        raise Refused("refused.no_fee", fee=text)
    return amount


def check_citizen_id(number: str) -> None:
    """The checksum of a citizen's 13 digits, as an officer enters them; they are not kept. Raises Refused."""
    try:
        pin.validate(number)
    except ValidationError as problem:
        raise Refused("refused.wrong_citizen_id") from problem
