"""`cases sort` and `nlp corrections`: what people put right comes back as rows to train with."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

from casework.case import Draft
from storage import cases
from tests.admin_cli.desk import StaffDesk


def test_what_citizens_and_staff_put_right(desk: StaffDesk, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with desk.store.write() as session:
        right = cases.file(session, Draft("ไฟดับ", "light", guessed="light"), desk.rules, now, reporter=None).number
        cases.file(session, Draft("ท่อตัน โทร 0812345678", "drain", guessed="flood"), desk.rules, now, reporter=None)
    (row,) = desk.json("nlp", "corrections", "--by", "malee", "--json")
    assert (row["labels"], row["guessed"], row["by"]) == ("drain", "flood", "citizen")
    assert "0812345678" not in row["text"] and "ท่อตัน" in row["text"]
    desk.run("cases", "sort", right, "wire", "--by", "malee", "--reason", "สายขาด")
    file = tmp_path / "rows.csv"
    desk.run("nlp", "corrections", "--out", str(file), "--by", "malee")
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    assert [(r["labels"], r["guessed"], r["by"]) for r in rows] == [("wire", "light", "staff"), ("drain", "flood", "citizen")]
    assert "0812345678" not in file.read_text("utf-8")
    assert "already" in desk.no("cases", "sort", right, "wire")
    assert "no category" in desk.run("cases", "sort", right, "nonsense", code=2).stderr
