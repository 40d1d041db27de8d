"""`quiz`: a code for a training, and what its participants knew before and after."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from admin_cli.kit import AsJson, By, Reason, clean, group, name_of, now, opened, spoken, stamp, tell, words

if TYPE_CHECKING:
    from casework.quiz import Results
    from storage.models_training import QuizSession

app = group(
    "The quiz of trainings: a code that participants type before and after, and the group's results without names.",
    'quiz session --group "Wat Muang community" --agency 1040 --by malee',
)


@app.command("session")
def session_(
    group_: Annotated[str, typer.Option("--group", metavar="NAME", help="Who is trained: a community, an office.")],
    agency: Annotated[str | None, typer.Option(help="The agency's code it belongs to.")] = None,
    days: Annotated[float | None, typer.Option(min=0.01, max=366, help="Open for so long (default: the rule).")] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """A code for a training. Participants type it in their own chat, before and after; all get the same ten questions.

    Example: python -m admin_cli quiz session --group "ชุมชนวัดม่วง" --agency 1040
    """
    from storage import audit, quiz

    who, name = name_of(by), words(group_, "--group") or ""
    with opened() as (settings, store), store.write(durable=True) as session:
        row = quiz.open_session(session, name, agency, settings.rules, now(), who, days=days)
        audit.note(session, now(), who, "quiz session", row.code, words(reason, "--reason"))
        shown = _json(row)
    until = spoken(shown["closes_at"])
    tell(shown, as_json, f"{shown['code']}  ({shown['name']}, until {until}). Participants type it in their chat.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """The latest trainings, and how many did the quiz before and after.

    Example: python -m admin_cli quiz list
    """
    from storage import quiz

    with opened() as (_, store), store.read() as session:
        rows = [_json(row) | done for row, done in quiz.listed(session)]
    tell(rows, as_json, lambda: _lines(rows, ("code", "name", "agency", "before", "after", "closes_at")))


@app.command("results")
def results(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The training's code.")],
    file: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE.csv", help="Write the table into this file as well.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a group knew before and after: mean, median, gain, and each question's share of right answers. No names.

    With fewer than five people in a part the figures are marked: they may tell of one person.

    Example: python -m admin_cli quiz results Q-7KX3MQ --csv results.csv
    """
    from storage import quiz

    with opened() as (_, store), store.read() as session:
        row = quiz.must(session, code)
        shown = _json(row) | _results(quiz.sum_up(session, row))
    if file is not None:
        _write(file, shown)
    tell(shown, as_json, lambda: _plainly(shown))


def _json(row: QuizSession) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "agency": row.agency,
        "questions": len(row.asked),
        "made_by": row.made_by,
        "made_at": stamp(row.made_at),
        "closes_at": stamp(row.closes_at),
    }


def _results(found: Results) -> dict[str, Any]:
    from dataclasses import asdict

    from casework.quiz import bank

    asked = [
        {"code": code, "page": bank()[code].page if code in bank() else None,
         "ask": bank()[code].th.ask if code in bank() else code, "before": before, "after": after}
        for code, before, after in found.questions
    ]  # fmt: skip
    return {
        "before": asdict(found.before),
        "after": asdict(found.after),
        "both": found.both,
        "gain": found.gain,
        "small": found.small,
        "asked": asked,
    }


def _write(file: Path, shown: dict[str, Any]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(["what", "text", "before", "after"])
        for what in ("n", "mean", "median"):
            table.writerow([what, shown["name"], shown["before"][what], shown["after"][what]])
        table.writerow(["gain", "", "", shown["gain"]])
        for row in shown["asked"]:
            table.writerow([row["code"], row["ask"], row["before"], row["after"]])


def _plainly(shown: dict[str, Any]) -> None:
    typer.echo(clean(f"{shown['code']} {shown['name']}"))
    if shown["small"]:
        typer.echo("Fewer than five people in a part: these figures may tell of one person. Do not pass them on.")
    parts = [{"part": part, **shown[part]} for part in ("before", "after")]
    _lines(parts, ("part", "n", "mean", "median"))
    typer.echo(f"gain {shown['gain'] if shown['gain'] is not None else '-'} (of {shown['both']} who did both)")
    shares = [row | {side: _percent(row[side]) for side in ("before", "after")} for row in shown["asked"]]
    _lines(shares, ("before", "after", "page", "ask"))


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.0%}"


def _lines(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    from admin_cli.shown import print_table

    if not rows:
        typer.echo("None yet.")
        return
    print_table(rows, columns, words=("name", "ask"))
