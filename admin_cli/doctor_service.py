"""What `doctor` looks at in the service that runs: sweeps, backups, groups, errors, and whether LINE reaches the webhook."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from admin_cli.kit import lasting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.line import Line
    from casework.rules import Rules

SWEEPS = timedelta(minutes=5)
"""Without a sweep for so long nothing that falls due is done."""
REMAINS = timedelta(hours=1)
"""So long the service may take to clear away by itself what somebody erased left in the files."""
CALLBACK = "/callback"
WHY = {
    "COULD_NOT_CONNECT": "LINE cannot connect: is the web server up, its port open to the internet, its certificate one that "
    "browsers trust?",
    "REQUEST_TIMEOUT": "LINE had no answer in time: look at the web server in front, then at /readyz",
    "ERROR_STATUS_CODE": "the address answers with an error: 401 means that LINE_CHANNEL_SECRET is another channel's, 404 or "
    "502 that the web server in front does not pass /callback on to the service",
}


class Finding(NamedTuple):
    """One thing looked at. `state`: ok, hint (worth knowing), wrong (exit code 1); `do` says what to do."""

    name: str
    state: str
    detail: str
    do: str | None = None


def service(session: Session, laid: Rules, at: datetime) -> list[Finding]:
    """Sweeps, backups, groups, errors, as the database tells of them."""
    from storage import figures

    return [
        _sweeps(figures.sweep_age(session, at)),
        _backup(figures.backup_age(session, at), laid.span("backup", "wanted_hours")),
        _groups(figures.unbound_groups(session)),
        _errors(session),
        _remains(session, at),
    ]


def _remains(session: Session, at: datetime) -> Finding:
    from storage import remains

    since = remains.since(session)
    if since is None or at - since < REMAINS:
        return Finding("erased people", "ok", "nothing of them is left in the files")
    detail = f"somebody was erased {_ago((at - since).total_seconds())}, and the files may still hold pieces between their rows"
    return Finding("erased people", "hint", detail, "run `db vacuum` in a quiet hour")


def _ago(seconds: float) -> str:
    return f"{lasting(seconds)} ago"


def _sweeps(age: float | None) -> Finding:
    if age is None:
        return Finding("sweeps", "hint", "nobody has looked for what is due yet", "start the service, or its scheduler")
    if age > SWEEPS.total_seconds():
        return Finding(
            "sweeps",
            "wrong",
            f"the last look for what is due was {_ago(age)}",
            "is the service running? (python app.py, or its scheduler): alarms, news and reminders wait for it",
        )
    return Finding("sweeps", "ok", f"the last look for what is due was {_ago(age)}")


def _backup(age: float | None, wanted: timedelta) -> Finding:
    do = "`python -m admin_cli db backup FILE`, every night; see docs/operation/backup.md"
    if age is None:
        return Finding("backup", "hint", "no backup was made by `db backup` yet", do)
    said = f"the last sound backup was made {_ago(age)}"
    return Finding("backup", "hint", said, do) if age > wanted.total_seconds() else Finding("backup", "ok", said)


def _groups(unbound: int) -> Finding:
    if not unbound:
        return Finding("groups", "ok", "every group is bound")
    said = f"{unbound} group{'s' if unbound > 1 else ''} nobody has bound yet"
    return Finding(
        "groups", "hint", said, "`groups code --agency …`, and a coordinator types the code there; else they are left"
    )


def _errors(session: Session) -> Finding:
    from storage import tallies

    found = tallies.all_of(session).get("errors", {})
    if not found:
        return Finding("errors", "ok", "none in the log so far")
    most = sorted(found.items(), key=lambda pair: -pair[1])[:3]
    said = ", ".join(f"{int(count):,} by {part}" for part, count in most)
    return Finding("errors", "ok", f"in the log since the database was made: {said}")


def webhook(api: Line, public_url: str | None) -> list[Finding]:
    """Which address LINE calls, and what comes of it when it does so now."""
    from bot.line import Declined, FateUnknown, Gone
    from casework.refusals import TryLater

    console = "in the LINE Developers Console, Messaging API"
    try:
        address, active = api.webhook()
        if not address:
            where = f"{public_url or 'https://…'}{CALLBACK}"
            return [Finding("webhook", "wrong", "no address is set at LINE: nobody's message comes in", f"{console}: {where}")]
        if not active:
            return [Finding("webhook", "wrong", f"{address}: switched off", f"{console}: switch `Use webhook` on")]
        answer = api.test_webhook()
    except (TryLater, FateUnknown, Declined, Gone) as problem:
        return [Finding("webhook", "hint", f"LINE does not test it now ({type(problem).__name__})")]
    if not answer.get("success"):
        reason = str(answer.get("reason") or "?")
        said = f"{address}: LINE says {reason} {answer.get('statusCode') or ''} {answer.get('detail') or ''}"
        return [Finding("webhook", "wrong", " ".join(said.split()), WHY.get(reason, "look at the web server in front"))]
    if public_url and not address.startswith(f"{public_url}/"):
        return [Finding("webhook", "hint", f"{address}: reached, but it does not lie under PUBLIC_URL ({public_url})")]
    return [Finding("webhook", "ok", f"{address}: LINE reached it just now")]
