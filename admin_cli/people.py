"""`people`: who wrote; find, look, label, flag, merge, hand out or erase their data, and who looked at it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from admin_cli import people_shown
from admin_cli.kit import AsJson, By, Reason, counted, group, name_of, now, opened, stamp, tell, to_json, words

app = group(
    "People who wrote: find them, their cases and conversations on one screen, and their rights. Every look is recorded.",
    "people find Somchai --by malee",
)
Id = Annotated[str, typer.Argument(metavar="ID", help="LINE's id of the person, from `people find`.")]


@app.command("find")
def find(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Name or part of it, telephone or its end, case number, place.")],
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 20,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """People by name, telephone, case number, LINE id, or place of their cases; masked, the best first. Recorded.

    Example: python -m admin_cli people find 5678 --by malee --reason "Called about the flood"
    """
    from storage import people_desk

    who, asked = name_of(by), words(text, "TEXT") or ""
    with opened() as (settings, store), store.write() as session:
        rows, more = people_desk.find(
            session, asked, settings.box, settings.seal.index_keys(), limit, now(), by=who, reason=words(reason, "--reason")
        )
        found = [people_shown.row_json(row) for row in rows]
    tell(found, as_json, lambda: people_shown.lines(found, more))


@app.command("show")
def show(
    id_: Id,
    messages: Annotated[int, typer.Option(min=0, max=500, help="So many messages of the conversation.")] = 20,
    before: Annotated[int | None, typer.Option(metavar="N", help="Messages before this one (its number is shown).")] = None,
    cases: Annotated[int, typer.Option(min=0, max=500, help="So many cases.")] = 20,
    cases_before: Annotated[str | None, typer.Option(metavar="NUMBER", help="Cases before this one.")] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """One person: consents, labels, cases, talks with officers, registry (masked), messages, newest first. Recorded.

    Example: python -m admin_cli people show U4af4980629… --by malee --reason "Asks what became of it"
    """
    from storage import people_desk

    with opened() as (settings, store), store.write() as session:
        whole = people_desk.show(
            session,
            id_,
            settings.box,
            now(),
            by=name_of(by),
            reason=words(reason, "--reason"),
            limit=messages,
            before=before,
            most_cases=cases,
            cases_before=cases_before,
        )
        shown = people_shown.whole_json(whole)
    tell(shown, as_json, lambda: people_shown.screen(shown))


@app.command("tag")
def tag(
    id_: Id,
    label: Annotated[str, typer.Argument(metavar="TAG", help="A word of your own.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take it away.")] = False,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Label a person. They see their labels in the download of their data.

    Example: python -m admin_cli people tag U4af4980629… chairman --by malee
    """
    from storage import people_desk

    with opened() as (settings, store), store.write(durable=True) as session:
        person = people_desk.tag(
            session, id_, words(label, "TAG") or "", now(), by=name_of(by), reason=words(reason, "--reason"), remove=remove
        )
        shown = people_shown.row_json(people_desk.row_of(session, person, settings.box))
    tell(shown, as_json, f"{shown['id']}: {', '.join(shown['tags']) or 'no labels'}.")


@app.command("flag")
def flag(
    id_: Id,
    off: Annotated[bool, typer.Option("--off", help="Take the flag away.")] = False,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Nuisance: their reports go to the centre first, so many a day ([nuisance]). Needs --reason; they are told honestly.

    Example: python -m admin_cli people flag U4af4980629… --by malee --reason "Nine false alarms in a week"
    """
    from storage import people_desk

    with opened() as (settings, store), store.write(durable=True) as session:
        person = people_desk.flag(session, id_, now(), by=name_of(by), reason=words(reason, "--reason"), off=off)
        shown = people_shown.row_json(people_desk.row_of(session, person, settings.box))
    tell(shown, as_json, f"{shown['id']}: {'flagged as a nuisance' if shown['nuisance'] else 'not flagged any more'}.")


@app.command("merge")
def merge(
    id_: Id,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The other account of the same person.")],
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Two accounts are one person's: cases and history are shown as one; each account hears only what is its own.

    Example: python -m admin_cli people merge U4af4980629… U8f14e45fce… --by malee --reason "New telephone, same person"
    """
    from storage import people_desk

    with opened() as (settings, store), store.write(durable=True) as session:
        person = people_desk.merge(session, id_, into, now(), by=name_of(by), reason=words(reason, "--reason"))
        shown = people_shown.row_json(people_desk.row_of(session, person, settings.box))
    tell(shown, as_json, f"{id_} and {shown['id']} are one person now, with {counted(shown['cases'], 'case')}.")


@app.command("unmerge")
def unmerge(id_: Id, by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """An account stands by itself again.

    Example: python -m admin_cli people unmerge U4af4980629… --by malee --reason "Two brothers"
    """
    from storage import people_desk

    with opened() as (settings, store), store.write(durable=True) as session:
        person = people_desk.unmerge(session, id_, now(), by=name_of(by), reason=words(reason, "--reason"))
        shown = people_shown.row_json(people_desk.row_of(session, person, settings.box))
    tell(shown, as_json, f"{shown['id']} stands by itself, with {counted(shown['cases'], 'case')}.")


@app.command("export")
def export(
    id_: Id,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there (default: print).")] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """All that is held of a person, as JSON, for them (PDPA s. 30 and 31). Recorded.

    Example: python -m admin_cli people export U4af4980629… --out somchai.json --by malee --reason "Asked for it by letter"
    """
    from storage import audit, mydata, people_desk

    who = name_of(by)
    with opened() as (settings, store), store.write() as session:
        person = people_desk.must(session, id_)
        audit.note(session, now(), who, "people export", person.id, words(reason, "--reason"))
        made = to_json(mydata.export(session, person, settings.box), indent=1)
    if out is None:
        typer.echo(made)
        return
    out.touch(mode=0o600, exist_ok=True)
    out.write_text(made + "\n", "utf-8")
    size = len(made.encode())
    done = f"{out}: {size} bytes, readable by you alone. Delete it when it has been handed over."
    tell({"file": str(out), "bytes": size}, as_json, done)


@app.command("erase")
def erase(
    id_: Id,
    photos: Annotated[bool, typer.Option("--photos", help="The photos of their cases go, too.")] = False,
    accounts: Annotated[bool, typer.Option("--accounts", help="All accounts that were merged as this person's.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Forget a person for good (PDPA s. 33). Their cases stay without them. Needs --reason; cannot be undone.

    Example: python -m admin_cli people erase U4af4980629… --yes --by malee --reason "Asked for it by letter"
    """
    from storage import erasing, people_desk

    who = name_of(by)
    if not yes and sys.stdin.isatty():
        typer.confirm("This cannot be undone. Erase this person?", abort=True, err=True)
    with opened() as (settings, store):
        with store.write(durable=True) as session:
            many, stay = people_desk.erase(
                session, id_, settings.box, now(), by=who, reason=words(reason, "--reason"), photos=photos, accounts=accounts
            )
        clean_ = erasing.clean(store) or not store.sqlite
    shown = {"accounts": many, "cases_that_stay": stay, "log_emptied": clean_}
    later = " The service clears the database's files of what is left within ten minutes; `doctor` tells where it cannot."
    tell(
        shown,
        as_json,
        f"Erased: {counted(many, 'account')}. Cases that stay without a name: {', '.join(stay) or 'none'}.{later}",
    )


@app.command("audit")
def audit_(
    person: Annotated[str | None, typer.Option("--person", metavar="ID", help="Who looked at this person.")] = None,
    who: Annotated[str | None, typer.Option("--who", metavar="NAME", help="What this member of staff did.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="From this moment on.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Who did or looked at what on the command line, newest first.

    Example: python -m admin_cli people audit --person U4af4980629…
    """
    from admin_cli.dates import moment
    from storage import people_desk

    begin = moment(since, "--since") if since else None
    with opened() as (_, store), store.read() as session:
        deeds = people_desk.looked(session, limit, person=person, by=who, since=begin)
        rows = [{"at": stamp(d.at), "who": d.who, "what": d.what, "thing": d.thing, "reason": d.reason} for d in deeds]
    tell(rows, as_json, lambda: people_shown.deeds(rows))
