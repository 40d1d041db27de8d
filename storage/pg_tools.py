"""PostgreSQL's own tools, pg_dump and pg_restore: where they are and how they are called. No password on a command line."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL

from casework.refusals import Refused

MAGIC = b"PGDMP"
"""How a file of `pg_dump --format=custom` begins."""


def tool(name: str, url: URL) -> str:
    """The newest such program on this machine: an older one refuses a newer server. Raises Refused with what to do without.

    Looked for on the path, where Debian keeps every version, and in the package `pgserver`.
    """
    found = shutil.which(name)
    package = importlib.util.find_spec("pgserver")
    places = [Path(found)] if found else []
    places += Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    if package is not None and package.origin:
        places.append(Path(package.origin).parent / "pginstall" / "bin" / name)
    there = [place for place in places if place.is_file()]
    if not there:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=True)
        raise Refused("refused.no_pg_tool", tool=name, url=plain)
    return str(max(there, key=_version))


def _version(program: Path) -> int:
    """Its major version; 0 where it does not tell."""
    done = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else 0


def run(name: str, url: URL, *arguments: str) -> str:
    """Call it for this database; what it printed. Raises Refused with its words where it fails."""
    bare = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    command: Sequence[str] = (tool(name, url), f"--dbname={bare}", *arguments)
    env = {"PGPASSWORD": str(url.password)} if url.password else {}
    return _called(command, env)


def contents(file: Path, url: URL) -> list[str]:
    """The table of contents of a dump: proves that it can be read as one. Raises Refused where it cannot."""
    return _called((tool("pg_restore", url), "--list", str(file)), {}).splitlines()


def _called(command: Sequence[str], env: dict[str, str]) -> str:
    kept = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=kept | env, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        words = done.stderr.strip().splitlines()
        raise Refused("refused.pg_tool_failed", tool=Path(command[0]).name, problem=words[0] if words else done.returncode)
    return done.stdout
