"""Reports, the map, a case's public page, many cases at once."""

from __future__ import annotations

from pathlib import Path

from docs.th.scenes import desk
from docs.th.scenes.stage import Stage

BY = ("--by", "malee")
ROWS = """external_no,received_at,channel,kind,category,text,district_code,status,accepted_at,fixed_at,closed_at,rating
MIS-001,2026-10-03T09:00+07:00,mis,complaint,road,ถนนเป็นหลุม,1001,closed,2026-10-03T10:00+07:00,2026-10-05T15:00+07:00,2026-10-06T09:00+07:00,5
MIS-002,2026-10-11T13:20+07:00,mis,complaint,waste,ขยะตกค้าง,1001,closed,2026-10-11T14:00+07:00,2026-10-12T09:30+07:00,2026-10-13T09:00+07:00,4
MIS-003,2026-10-20T08:10+07:00,phone_1555,complaint,light,ไฟทางดับ,1001,accepted,2026-10-20T11:00+07:00,,,
MIS-004,2026-11-02T17:45+07:00,mis,complaint,flood,น้ำท่วมขัง,1001,closed,2026-11-02T18:00+07:00,2026-11-04T10:00+07:00,2026-11-05T09:00+07:00,5
"""
BAD = "MIS-005,2026-11-09T10:00+07:00,mis,complaint,pothole,ถนนพัง,1001,,,,,\n"


def import_cases(stage: Stage) -> None:
    """A file with a bad row: tried, entered, taken out again."""
    Path("mis.csv").write_text(ROWS + BAD, "utf-8")
    stage.type("cases", "import", "mis.csv", "--dry-run", *BY)
    Path("mis.csv").write_text(ROWS, "utf-8")
    stage.type("cases", "import", "mis.csv", *BY)
    stage.type("cases", "export", "cases.csv", "--since", "1 ต.ค. 2569", "--excel", *BY)
    stage.terminal("import-cases-done")


def report(stage: Stage) -> None:
    """The quarterly form and the score, on the screen and as a page to print."""
    Path("mis.csv").write_text(ROWS, "utf-8")
    stage.run("cases", "import", "mis.csv", *BY)
    stage.type("report", "quarter", "--agency", "1001", "--fiscal-year", "2570")
    stage.terminal("report-quarter")
    stage.type("report", "kpi", "--agency", "1001", "--fiscal-year", "2570", first=15)
    stage.terminal("report-kpi")
    stage.type("report", "kpi", "--agency", "1001", "--fiscal-year", "2570", "--format", "html", "--out", "kpi.html")
    stage.terminal("report-file")
    stage.page("report-form", Path("kpi.html"), height=900, wide=820)


def city_map(stage: Stage) -> None:
    """The map as strangers see it; a case's page; a photo released there."""
    citizen = stage.person("สมหญิง")
    number = desk.report(stage, citizen)
    desk.some(stage)
    stage.page("map-city", "/map", height=1060)
    stage.page("map-case", f"/cases/{number}", height=760)
    stage.type("cases", "release", number)
    stage.type("cases", "release", number, "1", *BY)
    stage.terminal("map-release")
    stage.type("map", "--out", "map.html", "--days", "90", "--category", "flood")
    stage.terminal("map-file")
