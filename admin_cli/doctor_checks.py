"""What `doctor` looks at. Each check gives findings; none raises, none changes anything."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from admin_cli.doctor_service import Finding, service, webhook
from admin_cli.kit import lasting, now
from admin_cli.refusals import explain
from bot.settings import KNOWN, Settings
from casework import rules
from storage.backup import database_file, head
from storage.engine import Store
from storage.shelf import Bucket, ShelfAway, probe

SCARCE, TIGHT = 200_000_000, 1_000_000_000
"""Bytes free on a disk: below the first it is wrong, below the second worth a hint."""
WAITS = timedelta(minutes=1)
SKEW = timedelta(seconds=30)
OPEN_TABLES = {"finish_days": "categories"}


def names(env: Mapping[str, str], own: Mapping[str, str]) -> list[Finding]:
    """Settings that look like ours and are none: probably misspelt. In .env every unknown name is told."""
    known = [each.name for each in KNOWN]
    found = []
    for name in sorted(set(env) - set(known)):
        upper = name.upper()
        close = get_close_matches(upper, [k for k in known if len(k) > 4], 1, 0.75)
        alike = "_".join(sorted(upper.split("_")))
        same = [k for k in known if "_".join(sorted(k.split("_"))) == alike]
        meant = next(iter(same or close), None)
        if not (meant or upper.startswith("LINE_") or name not in own):
            continue
        line = [k for k in known if k.startswith("LINE_") and k.rpartition("_")[2] == upper.rpartition("_")[2]]
        meant = meant or (line[0] if upper.startswith("LINE_") and line else None)
        found.append(
            Finding("settings", "hint", f"{name} is no setting of this service", f"did you mean {meant}?" if meant else None)
        )
    return found


def everything(known: Settings, env: Mapping[str, str]) -> list[Finding]:
    """All checks, in order of what depends on what."""
    checks: list[Callable[[], list[Finding]]] = [
        lambda: overlay(env.get("RULES_FILE", "").strip()),
        lambda: database(known),
        lambda: disks(known),
        lambda: media(known),
        lambda: line(known),
        lambda: public(known),
    ]
    found = [Finding("mode", "ok", "sandbox: no LINE credentials are set" if known.sandbox else "LINE credentials are set")]
    for check in checks:
        try:
            found += check()
        except Exception as problem:
            found.append(Finding("check", "wrong", explain(problem)))
    return found


def overlay(file: str) -> list[Finding]:
    """Keys of the rules overlay that no rule has: they would be without effect."""
    if not file:
        return [Finding("rules", "ok", "as shipped")]
    shipped = tomllib.loads(rules.SHIPPED.read_text("utf-8"))
    given: dict[str, dict[str, Any]] = tomllib.loads(Path(file).read_text("utf-8"))
    found = []
    for name, table in given.items():
        if name not in shipped:
            found.append(_unknown(file, f"[{name}]", get_close_matches(name, list(shipped), 1)))
            continue
        keys = list(shipped[name]) if name not in OPEN_TABLES else _categories()
        found += [_unknown(file, f"[{name}] {key}", get_close_matches(key, keys, 1)) for key in table if key not in keys]
    return found or [Finding("rules", "ok", f"{file}: {sum(map(len, given.values()))} rules laid over the shipped ones")]


def _categories() -> list[str]:
    from casework.catalog import categories

    return list(categories())


def _unknown(file: str, what: str, close: list[str]) -> Finding:
    return Finding(
        "rules", "hint", f"{file}: there is no rule {what}; it has no effect", f"did you mean {close[0]}?" if close else None
    )


def database(known: Settings) -> list[Finding]:
    """Reachable, its schema current; then what waits in it."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from storage import backup, schema

    try:
        url = make_url(known.database_url)
    except SQLAlchemyError as problem:
        return [
            Finding(
                "database", "wrong", f"DATABASE_URL: {problem}", "give a SQLAlchemy URL, such as sqlite:///var/rongtook1555.db"
            )
        ]
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:" and not Path(url.database).exists():
        return [
            Finding(
                "database", "hint", f"{shown}: not made yet", "the first start makes it, or `python -m admin_cli db upgrade`"
            )
        ]
    store = Store(known.database_url, pool=1)
    try:
        version, _ = schema.versions(store)
        if version != head():
            later = version is not None and version > head()
            do = "this program is older than the database: update it" if later else "run `python -m admin_cli db upgrade`"
            return [Finding("database", "wrong", f"{shown}: schema {version or 'none'}, this program needs {head()}", do)]
        return [
            Finding("database", "ok", f"{shown}: reachable, schema {version}"),
            *_waiting(store),
            _pushes(store, known.rules),
            *_service(store, known.rules),
        ]
    except (SQLAlchemyError, OSError, ModuleNotFoundError) as problem:
        file = backup.database_file(store)
        do = f"look at the file {file} and its rights" if file else "is PostgreSQL up, are the name and password right?"
        return [Finding("database", "wrong", explain(problem), do)]
    finally:
        store.close()


def _waiting(store: Store) -> list[Finding]:
    from storage import inbox, outbox, parked

    with store.read() as session:
        event, message = inbox.oldest_waiting(session), outbox.oldest_unsent(session)
        events, messages = parked.counts(session)
    found = [
        _age("events", "waits to be answered", event, "is the service running? (python app.py, or its worker)"),
        _age("messages", "waits to be sent", message, "is the service running, and can it reach LINE?"),
    ]
    stuck = f"{events} parked events, {messages} dead messages"
    if events or messages:
        found.append(Finding("queue", "wrong", stuck, "look at `python -m admin_cli queue list`, then retry or drop"))
    else:
        found.append(Finding("queue", "ok", stuck))
    return found


def _service(store: Store, laid: rules.Rules) -> list[Finding]:
    with store.read() as session:
        return service(session, laid, now())


def _pushes(store: Store, laid: rules.Rules) -> Finding:
    """Our books of this month, what LINE said last, and from where on what gives way."""
    from storage import ledger
    from storage.models import Fact

    at = now()
    with store.read() as session:
        booked, most = ledger.spent(session, at), ledger.budget(session, laid)
        spent, refused, told = ledger.used(session, at), ledger.used_up(session, at), session.get(Fact, ledger.QUOTA)
    said = f"{booked:,} booked this month"
    if told is not None:
        ago = lasting((at - told.at).total_seconds())
        said += f", LINE counted {int(told.value.split(' ')[-1]):,} ({ago} ago)"
    if most is None:
        return Finding("pushes", "ok", f"{said}; no limit is known")
    digest, warn = (int(most * laid.number("push", share)) for share in ("digest_share", "warn_share"))
    said += f"; of {most:,}, ordinary alerts wait for the digest from {digest:,}, staff are warned from {warn:,}"
    if refused is not None:
        return Finding("pushes", "wrong", f"{said}; LINE refused one at {refused:%Y-%m-%d %H:%M} UTC", "raise the plan")
    do = "ordinary cases come in digests now; BEST still at once" if spent >= digest else None
    return Finding("pushes", "hint" if do else "ok", said, do)


def _age(name: str, what: str, since: datetime | None, do: str) -> Finding:
    if since is None:
        return Finding(name, "ok", f"nothing {what}")
    age = now() - since
    said = f"the oldest {what} for {lasting(age.total_seconds())}"
    return Finding(name, "wrong", said, do) if age > WAITS else Finding(name, "ok", said)


def disks(known: Settings) -> list[Finding]:
    """Room where the database and the photos are."""
    store = Store(known.database_url, pool=1) if known.database_url.startswith("sqlite") else None
    file = database_file(store) if store else None
    folders = {str(_existing(path)): path for path in (file, known.media_dir) if path is not None}
    found = []
    for folder, path in folders.items():
        free = shutil.disk_usage(folder).free
        state = "wrong" if free < SCARCE else "hint" if free < TIGHT else "ok"
        do = None if state == "ok" else "make room: without it reports are lost"
        found.append(Finding("disk", state, f"{free / 1e9:.1f} GB free for {path}", do))
    return found


def _existing(path: Path) -> Path:
    """The folder itself or the nearest one above it that exists."""
    here = path.absolute()
    return next((each for each in (here, *here.parents) if each.is_dir()), Path("/"))


def media(known: Settings) -> list[Finding]:
    """Can photos be written?"""
    folder = known.media_dir
    where = _existing(folder)
    try:
        with tempfile.TemporaryFile(dir=where) as file:
            file.write(b"1555")
    except OSError as problem:
        do = f"give the service's account the right to write in {where}"
        return [Finding("media", "wrong", f"MEDIA_DIR={folder}: {problem.strerror}", do)]
    if isinstance(known.shelf, Bucket):
        try:
            probe(known.shelf)
        except ShelfAway as problem:
            do = "look at MEDIA_URL, S3_ENDPOINT and the keys; photos wait with LINE until it takes them"
            return [Finding("media", "wrong", f"MEDIA_URL: {problem}", do)]
        return [Finding("media", "ok", "MEDIA_URL: written, read and removed")]
    return [Finding("media", "ok", f"{folder}: writable{'' if where == folder.absolute() else ', made at the first photo'}")]


def line(known: Settings) -> list[Finding]:
    """Does LINE answer, are the credentials good, how much quota is left, do the clocks agree?"""
    from bot.line import Declined, FateUnknown, Gone, Line
    from casework.refusals import TryLater

    api = Line(known.api_host, known.data_host, known.access_token, pool=1)
    try:
        info = api.info()
        limit, used = api.quota()
    except (TryLater, FateUnknown) as problem:
        if known.sandbox:
            return [Finding("line", "hint", "the sandbox does not run now", "python app.py starts it")]
        return [
            Finding(
                "line", "wrong", f"{known.api_host}: not reached ({problem})", "look at the network, then at LINE's status page"
            )
        ]
    except (Declined, Gone) as problem:
        do = "issue a new channel access token in the LINE Developers Console and set LINE_CHANNEL_ACCESS_TOKEN"
        return [Finding("line", "wrong", f"{known.api_host}: {problem}", do)]
    name = info.get("displayName") or "?"
    return [
        Finding("line", "ok", f"{known.api_host}: {name} {info.get('basicId') or ''}".rstrip()),
        _quota(limit, used, known.rules.whole("push", "monthly_budget")),
        *_clock(known.api_host),
        *webhook(api, None if known.sandbox else known.public_url),
    ]


def _quota(limit: int | None, used: int, budget: int) -> Finding:
    most = min(n for n in (limit, budget or None) if n is not None) if limit is not None or budget else None
    if most is None:
        return Finding("quota", "ok", f"{used:,} messages sent this month, no limit")
    said = f"{max(0, most - used):,} of {most:,} messages left this month"
    if used >= most:
        return Finding("quota", "wrong", said, "pushes fail until the month ends: raise the plan, or [push] monthly_budget")
    return Finding(
        "quota", "hint" if used > 0.9 * most else "ok", said, "news and alerts cost pushes" if used > 0.9 * most else None
    )


def _clock(host: str) -> list[Finding]:
    """Our clock against the Date header of LINE's answer (any answer will do)."""
    import urllib3

    try:
        with urllib3.PoolManager(timeout=urllib3.Timeout(connect=3, read=5), retries=False) as pool:
            theirs = parsedate_to_datetime(pool.request("HEAD", f"{host}/v2/bot/info").headers["Date"])
        apart = now() - theirs
    except (urllib3.exceptions.HTTPError, KeyError, ValueError, TypeError) as problem:
        return [Finding("clock", "hint", f"could not be compared with LINE's ({type(problem).__name__})")]
    seconds = apart.total_seconds()
    if abs(apart) > SKEW:
        said = f"{abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} LINE's"
        return [Finding("clock", "wrong", said, "set this machine's clock (NTP): due times and reply tokens depend on it")]
    return [Finding("clock", "ok", f"agrees with LINE's to {abs(seconds):.0f} s")]


def public(known: Settings) -> list[Finding]:
    """Where LINE and citizens find pages and pictures."""
    if known.sandbox:
        return [Finding("public", "ok", "not needed in the sandbox")]
    if not known.public_url:
        return [
            Finding("public", "hint", "PUBLIC_URL is not set: messages do without pictures and links", "set the HTTPS address")
        ]
    return [Finding("public", "ok", known.public_url)]
