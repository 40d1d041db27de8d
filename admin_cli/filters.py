"""Which cases: the options that `cases list` and `cases export` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from admin_cli.kit import now

if TYPE_CHECKING:
    from storage.desk_staff import Wanted

Status = Annotated[
    list[str] | None, typer.Option("--status", help="Only these (repeat, or separate by commas); `open`: all open ones.")
]
District = Annotated[str | None, typer.Option("--district", help="Code (1001 to 1050) or name.")]
Category = Annotated[str | None, typer.Option("--category", help="Code, such as road.")]
Urgent = Annotated[bool | None, typer.Option("--urgent/--no-urgent", help="Only BEST, or only others.")]
Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help="Received at or after this time.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="Only those whose fix is overdue.")]
Tagged = Annotated[
    str | None,
    typer.Option("--tag", help="The work orders' tag, in Thai or such as inquiry, closed. Of conversations: `threads list`."),
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many (default: all).")]


def wanted_of(
    status: list[str] | None,
    district: str | None,
    category: str | None,
    urgent: bool | None,
    since: str | None,
    overdue: bool,
    limit: int | None,
    tag: str | None,
) -> Wanted:
    """What the options ask for. Raises Refused for codes and names that are none."""
    from admin_cli.dates import moment
    from casework.tags import case_tag
    from storage import desk_staff

    return desk_staff.Wanted(
        statuses=statuses_of(status or []),
        district_code=desk_staff.known_district(district) if district is not None else None,
        category=desk_staff.known_category(category) if category is not None else None,
        urgent=urgent,
        since=moment(since, "--since") if since is not None else None,
        overdue_at=now() if overdue else None,
        limit=limit,
        tag=case_tag(tag) if tag is not None else None,
    )


def statuses_of(given: list[str]) -> tuple[str, ...]:
    from casework.case import OPEN, STATUSES
    from casework.refusals import Refused

    asked = [name.strip() for each in given for name in each.split(",") if name.strip()]
    for name in asked:
        if name not in STATUSES and name != "open":
            raise Refused("refused.unknown_status", status=name, known=", ".join((*STATUSES, "open")))
    return tuple(dict.fromkeys(status for name in asked for status in (OPEN if name == "open" else (name,))))
