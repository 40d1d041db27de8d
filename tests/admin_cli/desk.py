"""A staff desk for tests: a database of its own, the command line run in this process."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from typer.testing import Result

from casework import rules
from casework.case import Draft
from storage import cases
from storage.engine import Store
from storage.models import Case, CaseEvent
from tests.support.command_line import typed

NOW = datetime.now(UTC)


class StaffDesk:
    """Runs verbs against the database `desk.db` in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/desk.db"
        self.env = {"DATABASE_URL": self.url, "MEDIA_DIR": str(folder / "media"), "PORT": "9"}
        self.store = Store(self.url)
        self.rules = rules.load()

    def run(self, *arguments: str, code: int = 0, stdin: str | None = None, **env: str) -> Result:
        """Run a verb and insist on its exit code; nobody ever sees a traceback."""
        done = typed(arguments, self.env | env, stdin)
        assert done.exit_code == code, f"{done.exit_code}: {done.output}"
        assert "Traceback" not in done.output
        return done

    def json(self, *arguments: str, code: int = 0, **env: str) -> Any:
        """What a verb prints with --json."""
        return json.loads(self.run(*arguments, "--json", code=code, **env).stdout)

    def no(self, *arguments: str) -> str:
        """Why a verb was refused (on stderr, exit code 1, nothing on stdout)."""
        done = self.run(*arguments, code=1)
        assert done.stdout == ""
        return done.stderr

    def case(self, text: str = "ถนนเป็นหลุม", *, reporter: str | None = "U1", ago: timedelta = timedelta(), **fields: Any) -> str:
        """File a case straight into the database; its number."""
        with self.store.write() as session:
            return cases.file(session, Draft(text, **fields), self.rules, NOW - ago, reporter=reporter).number

    def stored(self, number: str) -> Case:
        """The row."""
        with self.store.read() as session:
            return cases.must(session, number)

    def events(self, number: str) -> list[CaseEvent]:
        """Its events."""
        with self.store.read() as session:
            case = cases.must(session, number)
            return list(session.query(CaseEvent).filter(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
