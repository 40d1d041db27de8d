"""The same figures out of rows that came by `cases import`, stars and all."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

from casework.thai_time import fiscal_bounds
from tests.admin_cli.desk import StaffDesk
from tests.reports.city import FORM

COLUMNS = (
    *("external_no", "received_at", "channel", "kind", "category", "text", "district_code", "agency", "status"),
    *("accepted_at", "fixed_at", "closed_at", "rating"),
)


def test_the_citys_figures_out_of_imported_rows(desk: StaffDesk, tmp_path: Path) -> None:
    _, until, received, done, pct, left, left_pct = FORM[0]
    start = fiscal_bounds(2562)[0]
    with (tmp_path / "mis.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(received):
            at = start + timedelta(minutes=10 * n)
            times = [(at + timedelta(hours=h)).isoformat() for h in (1, 20, 30)] if n < done else ["", "", ""]
            status = "closed" if n < done else "numbered"
            head = (f"MIS-{n}", at.isoformat(), "mis", "complaint", "road", f"ถนน {n}", "1021", "1021", status)
            writer.writerow((*head, *times, 5 if n < 4 else ""))
    desk.run("cases", "import", str(tmp_path / "mis.csv"), "--by", "mis")
    asked = ("report", "quarter", "--fiscal-year", "2562", "--agency", "1021", "--quarter", "2")
    (found,) = desk.json(*asked)
    assert (found["until"], found["received"], found["done"], found["done_pct"]) == (
        until.isoformat(),
        received,
        done,
        float(pct),
    )
    assert (found["in_progress"], found["in_progress_pct"], found["silent"]) == (left, float(left_pct), done)
    stars = desk.json("report", "survey", "--fiscal-year", "2562")["satisfaction"][0]
    assert (stars["n"], stars["stars_5"], stars["satisfied_pct"]) == (4, 4, 100)
