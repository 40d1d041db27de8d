"""Takes the handbook's pictures: plays every task on the sandbox's chat page and the command line.

    python -m docs.th.make_pictures            all of them (`make handbook`)
    python -m docs.th.make_pictures bind-group those of one page

Needs what requirements-dev.txt installs, and `chromium` on the path. Starts the service by itself, in a folder that is
thrown away, on a day that is always the same. Writes docs/th/pictures/*.png.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from docs.th.scenes import desk, figures, groups, outreach, registry

if TYPE_CHECKING:
    from docs.th.scenes.stage import Stage

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
PAGES: dict[str, tuple[Callable[[Stage], None], tuple[str, ...]]] = {
    "bind-group": (groups.bind_group, ("bind-group-code", "bind-group-bound", "bind-group-list")),
    "take-best": (groups.take_best, ("take-best-alarm", "take-best-reminded", "take-best-taken")),
    "arrive": (groups.arrive, ("arrive-group", "arrive-citizen")),
    "report-fix": (
        groups.report_fix,
        ("report-fix-refused", "report-fix-accepted", "report-fix-citizen", "report-fix-confirmed"),
    ),
    "hand-on": (groups.hand_on, ("hand-on-whose", "hand-on-done", "hand-on-other")),
    "ask-citizen": (groups.ask_citizen, ("ask-citizen-question", "ask-citizen-answer")),
    "what-is-open": (
        groups.what_is_open,
        ("what-is-open-list", "what-is-open-week", "what-is-open-note", "what-is-open-digest"),
    ),
    "not-fixed": (groups.not_fixed, ("not-fixed-alarm",)),
    "find-cases": (desk.find_cases, ("find-cases-list", "find-cases-district", "find-cases-show")),
    "add-case": (desk.add_case, ("add-case-done", "add-case-refused")),
    "change-case": (desk.change_case, ("change-case-done", "change-case-citizen", "change-case-refused")),
    "people": (desk.people, ("people-find", "people-show", "people-own", "people-erase")),
    "registry": (
        registry.registry,
        ("registry-list", "registry-reveal", "registry-approve", "registry-citizen", "registry-collected"),
    ),
    "announce": (
        outreach.announce,
        ("announce-follow", "announce-audience", "announce-send", "announce-citizen", "announce-list", "announce-cancel"),
    ),
    "threads": (
        outreach.threads,
        (
            "threads-asked",
            "threads-answered",
            "threads-citizen",
            "threads-bundle",
            "threads-waiting",
            "threads-command",
            "threads-canned",
        ),
    ),
    "quiz": (outreach.quiz, ("quiz-question", "quiz-result", "quiz-code", "quiz-results")),
    "poster": (outreach.poster, ("poster-draw", "poster-sheet", "poster-came", "poster-list")),
    "import-cases": (figures.import_cases, ("import-cases-done",)),
    "report": (figures.report, ("report-quarter", "report-kpi", "report-file", "report-form")),
    "map": (figures.city_map, ("map-city", "map-case", "map-release", "map-file")),
    "when-it-fails": (desk.when_it_fails, ("when-it-fails-doctor", "when-it-fails-queue")),
    "community": (groups.community, ("community-report", "community-result")),
}
"""A page of the handbook → what is played for it, and the pictures that come of it, in their order."""


def main() -> int:
    """Exit code 0; 1 where there is no browser, or a scene took other pictures than it should."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="*", choices=[[], *PAGES], help="only these (default: all)")
    parser.add_argument("--out", type=Path, default=PICTURES, help="folder for the pictures")
    args = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("chromium is not on the path\n")
        return 1
    import time_machine
    from playwright.sync_api import sync_playwright

    from docs.pictures.make_pictures import FLAGS
    from docs.th.scenes.stage import MORNING, Stage

    failed = []
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=FLAGS)
        for page in args.page or PAGES:
            play, names = PAGES[page]
            with time_machine.travel(MORNING, tick=True) as clock, Stage(browser, clock, args.out.resolve()).running() as stage:
                try:
                    play(stage)
                except Exception as problem:  # the other pages first
                    sys.stderr.write(f"{page}: {str(problem)[:1500]}\n")
            if tuple(stage.taken) != names:
                sys.stderr.write(f"{page}: took {', '.join(stage.taken)}, not {', '.join(names)}\n")
                failed.append(page)
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
