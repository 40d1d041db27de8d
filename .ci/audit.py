"""Looks at what is installed: known weaknesses, pins, agreement, licences. Says loudly what it could not look at.

pip-audit asks the package index for advisories (its JSON interface), then OSV. A mirror without that interface answers
404, which pip-audit reports as skipped packages beside "No known vulnerabilities found": so what was skipped is counted
here, and a package known to be vulnerable is asked for as well. Exit code 1 for a known weakness or a wrong pin; being
offline is no failure.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.metadata import distributions
from pathlib import Path

from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
TOOLS = {"pip", "setuptools", "wheel"}
CANARY = "jinja2==2.4.1"
"""Known to be vulnerable since 2014: a source that finds nothing here knows nothing."""
SECONDS = 120


def plain(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    """What constraints.txt wants."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines())
    return {plain(name): version for name, _, version in (line.partition("==") for line in lines if line)}


def installed() -> dict[str, str]:
    """What this environment has."""
    return {plain(d.metadata["Name"]): d.version for d in distributions() if plain(d.metadata["Name"]) not in TOOLS}


def ask(source: str, wanted: str) -> list[dict[str, object]] | None:
    """pip-audit's list of packages, or None where the source cannot be reached."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(wanted)
        file.flush()
        command = ["-m", "pip_audit", "-s", source, "-r", file.name, "--no-deps", "--disable-pip", "-f", "json"]
        try:
            done = subprocess.run(
                [sys.executable, *command, "--timeout", "5", "--progress-spinner", "off"],
                capture_output=True, text=True, timeout=SECONDS, check=False,
            )  # fmt: skip
            found = json.loads(done.stdout)["dependencies"]
        except (subprocess.TimeoutExpired, ValueError, KeyError):
            return None
    return [package for package in found if "vulns" in package]


def advisories(wanted: dict[str, str]) -> bool:
    """Whether no known weakness was found; says which source was asked, or that none could be."""
    for source in ("pypi", "osv"):
        canary = ask(source, CANARY)
        if not canary or not canary[0]["vulns"]:
            continue
        audited = ask(source, "\n".join(f"{name}=={version}" for name, version in wanted.items())) or []
        weak = [package for package in audited if package["vulns"]]
        print(f"advisories ({source}): {len(audited)} of {len(wanted)} packages known, {len(weak)} with a known weakness")
        for package in weak:
            for hole in package["vulns"]:  # type: ignore[attr-defined]
                print(f"  {package['name']} {package['version']}: {hole['id']}, mended in {hole.get('fix_versions')}")
        return not weak
    print("!" * 100)
    print("!! NOT AUDITED: neither the package index nor OSV gives advisories here. Known weaknesses were NOT looked for.")
    print("!! Run `python .ci/audit.py` where the internet is reachable.")
    print("!" * 100)
    return True


def pinned(have: dict[str, str], wanted: dict[str, str]) -> bool:
    """Whether everything that is installed is pinned, at this version."""
    wrong = [
        f"{name} {version}: constraints.txt says {wanted.get(name, 'nothing')}"
        for name, version in sorted(have.items())
        if name not in wanted or Version(wanted[name]) != Version(version)
    ]
    print(f"pins: {len(have)} installed, {len(wrong)} not as in constraints.txt", *wrong, sep="\n  " if wrong else "\n")
    return not wrong


def agree() -> bool:
    """Whether the packages' own demands are met."""
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    print("pip check:", done.stdout.strip() or done.stderr.strip())
    return done.returncode == 0


def licences() -> None:
    """How many packages have which licence."""
    counts: Counter[str] = Counter()
    for found in distributions():
        data = found.metadata
        classified = [c.rpartition(" :: ")[2] for c in data.get_all("Classifier") or [] if c.startswith("License ::")]
        said = data.get("License-Expression") or ", ".join(classified) or (data.get("License") or "").partition("\n")[0]
        counts[said[:60] or "unnamed"] += 1
    print("licences:", "; ".join(f"{count} × {name}" for name, count in counts.most_common()))


def main() -> int:
    """All of it; 0 where nothing is wrong."""
    have, wanted = installed(), pins()
    licences()
    return 0 if all([pinned(have, wanted), agree(), advisories(have)]) else 1


if __name__ == "__main__":
    sys.exit(main())
