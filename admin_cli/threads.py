"""`threads`: conversations of citizens with officers: who waits, what was said, answer, take, close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from admin_cli.kit import AsJson, By, Reason, clean, group, name_of, now, opened, plain, spoken, stamp, tell, words

if TYPE_CHECKING:
    from casework.threads import LineView, ThreadView, Waiting

app = group(
    "Conversations with officers, and questions that wait for an answer. In LINE, officers answer by quoting in their group.",
    'threads reply 12 "The water works will call you back today" --by malee',
)
Id = Annotated[str, typer.Argument(metavar="ID", help="The conversation's number, from `threads list`.")]
IdOrCase = Annotated[str, typer.Argument(metavar="ID", help="The conversation's number, or a question's case number.")]


@app.command("list")
def list_(
    unanswered: Annotated[
        bool, typer.Option("--unanswered", help="Who waits for an answer, the longest first; questions with a number too.")
    ] = False,
    answered: Annotated[
        bool, typer.Option("--answered", help="Questions with a number that were answered and are quiet, and when they close.")
    ] = False,
    state: Annotated[str | None, typer.Option(help="open or closed.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    as_json: AsJson = False,
) -> None:
    """Conversations, the latest first; with --unanswered everybody who waits. No words of conversations.

    Example: python -m admin_cli threads list --unanswered
    """
    from storage import threads_staff, waits

    if state not in {None, "open", "closed"}:
        raise typer.BadParameter(f"{state} is none of open, closed", param_hint="--state")
    if unanswered and state == "closed":
        raise typer.BadParameter("nobody waits in a closed conversation", param_hint="--state")
    if answered and (unanswered or state is not None):
        raise typer.BadParameter("goes with no other choice", param_hint="--answered")
    with opened() as (settings, store), store.read() as session:
        if unanswered:
            rows = [_wait(row) for row in waits.shown(session, waits.unanswered(session, limit), settings.box)]
        elif answered:
            rows = threads_staff.answered(session, settings.rules, settings.box, limit)
        else:
            rows = [_json(row) for row in threads_staff.listed(session, settings.box, state=state, limit=limit)]
    tell(
        rows,
        as_json,
        lambda: _table(
            rows, "Nobody waits for an answer." if unanswered else "No questions." if answered else "No conversations."
        ),
    )


@app.command("show")
def show(
    id_: Id,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The latest so many messages.")] = 100,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """What was said in a conversation. Who looked, when and why is written down.

    Example: python -m admin_cli threads show 12 --by malee --reason "Asked on the telephone"
    """
    from storage import threads_staff

    who = name_of(by)
    with opened() as (settings, store), store.write(durable=True) as session:
        view, said = threads_staff.show(
            session, id_, settings.box, now(), by=who, reason=words(reason, "--reason"), limit=limit
        )
        shown = {**_json(view), "messages": [_line(line) for line in said]}
    tell(shown, as_json, lambda: _whole(shown))


@app.command("reply")
def reply(
    id_: IdOrCase,
    text: Annotated[str | None, typer.Argument(help="The answer (or --canned).")] = None,
    canned: Annotated[str | None, typer.Option(metavar="KEY", help="A prepared answer, from `threads canned`.")] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Answer a conversation, or a question by its case number. The citizen reads it with the officer's role, not the name.

    Example: python -m admin_cli threads reply 12 "The water works will call you back today" --by malee
    """
    from storage import threads_staff
    from storage.models import Case

    if (text is None) == (canned is None):
        raise typer.BadParameter("give either the words or --canned KEY", param_hint="TEXT")
    who = name_of(by)
    with opened() as (settings, store), store.write(durable=True) as session:
        given = (session, id_, words(text, "TEXT"), canned, settings.rules, settings.box, now())
        done = threads_staff.reply(*given, by=who, reason=words(reason, "--reason"))
        if isinstance(done, Case):
            shown, told = {"case_number": done.number, "status": done.status}, f"Case {done.number}: answered by {who}."
        else:
            shown, told = _json(done.thread), f"Conversation {done.thread.id}: answered by {who}."
            if done.repeated:
                told = f"Conversation {done.thread.id}: the same prepared answer went out a moment ago; it is not sent again."
            elif done.reopened:
                told += " It was closed and is open again."
            elif done.colleague is not None:
                told += f" A moment before, {done.colleague} answered as well."
    tell(shown, as_json, told)


@app.command("take")
def take(id_: Id, by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """Look after a conversation; the officers' groups are told.

    Example: python -m admin_cli threads take 12 --by malee
    """
    from storage import threads_staff

    who = name_of(by)
    with opened() as (_, store), store.write(durable=True) as session:
        shown = _json(threads_staff.take(session, id_, now(), by=who, reason=words(reason, "--reason")))
    tell(shown, as_json, f"Conversation {shown['id']}: {who} looks after it.")


@app.command("close")
def close(id_: Id, by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """End a conversation; the citizen is told and asked for stars.

    Example: python -m admin_cli threads close 12 --by malee
    """
    from storage import threads_staff

    who = name_of(by)
    with opened() as (_, store), store.write(durable=True) as session:
        shown = _json(threads_staff.close(session, id_, now(), by=who, reason=words(reason, "--reason")))
    tell(shown, as_json, f"Conversation {shown['id']}: closed by {who}.")


@app.command("canned")
def canned(as_json: AsJson = False) -> None:
    """The prepared answers (casework/data/canned.toml).

    Example: python -m admin_cli threads canned
    """
    from casework import threads

    rows = [{"key": c.key, "title": c.title, "th": c.th, "en": c.en} for c in threads.canned().values()]
    tell(rows, as_json, lambda: _table(rows, "None."))


@app.command("figures")
def figures(
    since: Annotated[str | None, typer.Option(metavar="DAY", help="From this day on (default: the last 30 days).")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Up to the end of the day before this one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Per day: conversations, how many are answered and how soon, stars.

    Example: python -m admin_cli threads figures --since 01/10/2569
    """
    from dataclasses import asdict
    from datetime import timedelta

    from admin_cli.dates import moment
    from storage import threads_figures

    begin = moment(since, "--since") if since else now() - timedelta(days=30)
    end = moment(until, "--until") if until else now() + timedelta(days=1)
    with opened() as (_, store), store.read() as session:
        rows = [asdict(day) | {"day": day.day.isoformat()} for day in threads_figures.daily(session, begin, end)]
    tell(rows, as_json, lambda: _table(rows, "No conversations."))


def _json(view: ThreadView) -> dict[str, Any]:
    return {
        "id": view.id,
        "display_name": view.name,
        "state": view.state,
        "owner": view.owner,
        "opened_at": stamp(view.opened_at),
        "waits_since": stamp(view.waits_since),
        "answered_at": stamp(view.answered_at),
        "answered_by": view.answered_by,
        "closed_at": stamp(view.closed_at),
        "closed_by": view.closed_by,
        "rating": view.rating,
    }


def _wait(row: Waiting) -> dict[str, Any]:
    return {
        "waits_since": stamp(row.since),
        "id": row.thread,
        "case_number": row.case_number,
        "display_name": row.name,
        "words": row.words,
        "owner": row.owner,
        "reminded_at": stamp(row.reminded_at),
    }


def _line(line: LineView) -> dict[str, Any]:
    return {"at": stamp(line.at), "who": line.who, "kind": line.kind, "words": line.words, "media": line.photo or line.film}


def _table(rows: list[dict[str, Any]], none: str) -> None:
    from admin_cli.shown import print_table

    if not rows:
        typer.echo(none)
        return
    columns = ["id", *(column for column in rows[0] if column != "id")] if "id" in rows[0] else list(rows[0])
    print_table(rows, columns, words=("display_name", "words", "th", "en", "title"))


def _whole(shown: dict[str, Any]) -> None:
    for key, value in shown.items():
        if key != "messages":
            typer.echo(f"{key:<14} {plain(key, value)}")
    typer.echo()
    for line in shown["messages"]:
        said = line["words"] or f"({line['kind']}{' ' + line['media'] if line['media'] else ''})"
        typer.echo(clean(f"{spoken(line['at'])}  {line['who']}: {said}"))
