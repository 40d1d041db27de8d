"""Plots: real PNGs with Thai letters, of the figures they tell; inside the page and in a folder."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from datetime import date, timedelta
from pathlib import Path

import pytest
from matplotlib.font_manager import FontProperties, findfont
from PIL import Image

from admin_cli.report import plots
from casework import periods
from casework.periods import alone, day_end
from casework.thai_time import bangkok
from storage import plot_figures
from storage.engine import Store
from storage.models import Case
from tests.admin_cli.desk import StaffDesk
from tests.reports.world import YEAR, build

PERIOD = alone(YEAR, 2, day_end(date(2026, 1, 1)))


def look(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    assert image.format == "PNG" and len(image.convert("RGB").getcolors(1 << 24) or ()) > 20
    return image


def test_every_plot_can_be_drawn_also_of_nothing() -> None:
    day = date(2026, 7, 1)
    stages = [{"stage": "เทียบเรื่องใกล้เคียง", "reached_n": 4, "reached_pct": "100"}]
    full = (
        plots.by_day([(day + timedelta(n), n % 7) for n in range(30)]),
        plots.heat({("1001", "road"): 9, ("1050", "flood"): 2}),
        plots.time_to_fix([0.1, 0.5, 3, 400]),
        plots.funnel(stages),
    )
    empty = (plots.by_day([]), plots.heat({}), plots.time_to_fix([]), plots.funnel([]))
    for one, other in zip(full, empty, strict=True):
        assert one.name == other.name and look(one.png).size == look(other.png).size and one.png != other.png


def test_the_days_reach_the_ninetieth_percentile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fixes that took long are inside the axes, one that took for ever is not."""
    ends = []
    monkeypatch.setattr(plots, "_png", lambda name, figure: ends.append(figure.axes[0].get_xlim()[1]))
    plots.time_to_fix([*range(90), 92, *[92] * 8, 4000])
    plots.time_to_fix([1, 2, 3])
    assert 92 < ends[0] < 120 and ends[1] == 3


def test_the_font_has_thai_letters_and_they_are_shaped() -> None:
    """A vowel and a tone mark stand above their consonant and take no room of their own."""
    plots.by_day([])
    assert "Sarabun" in findfont(FontProperties(family="Sarabun"))
    figure, axes = plots._new(4, 2, "x")
    widths = []
    for text in ("ทท", "ที่ท", "ที่ที่"):
        drawn = axes.text(0, 0.5, text, fontsize=20)
        figure.draw_without_rendering()
        widths.append(drawn.get_window_extent().width)
    assert max(widths) - min(widths) < 4, widths


def test_cases_by_day_and_by_category_are_those_of_all_rows(world: Store) -> None:
    with world.read() as session:
        days = dict(plot_figures.by_day(session, PERIOD.start, PERIOD.end))
        cells = plot_figures.by_category(session, PERIOD.start, PERIOD.end)
        every = [c for c in session.query(Case) if c.kind == "complaint" and PERIOD.start <= c.created_at < PERIOD.end]
    assert len(days) == 90 and sum(days.values()) == len(every) == sum(cells.values()) > 0
    for day, n in days.items():
        assert n == sum(1 for c in every if bangkok(c.created_at).date() == day)
    for (district, category), n in cells.items():
        assert n == sum(1 for c in every if (c.district_code, c.category) == (district, category))


@pytest.fixture
def lived(desk: StaffDesk) -> StaffDesk:
    with desk.store.write() as session:
        build(session, 3, 40)
    return desk


def test_as_files_and_inside_the_page(lived: StaffDesk, tmp_path: Path) -> None:
    lived.run("report", "plots", "--fiscal-year", "2562", "--quarter", "2", "--out", str(tmp_path / "p" / "q"))
    assert sorted(f.name for f in (tmp_path / "p" / "q").iterdir()) == [
        "by_day.png",
        "funnel.png",
        "heat.png",
        "time_to_fix.png",
    ]
    (tmp_path / "file").write_text("")
    assert "is a file" in lived.run("report", "plots", "--out", str(tmp_path / "file"), code=2).stderr
    for name, plots_inside in {"quarter": 1, "kpi": 1, "tags": 2, "survey": 0, "usage": 1}.items():
        page = lived.run("report", name, "--fiscal-year", "2562", "--format", "html").stdout
        found = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
        assert len(found) == plots_inside, name
        for each in found:
            look(b64decode(each))
        assert "http://" not in page and "https://" not in page, "the page needs nothing else"


def test_the_year_before_is_the_one_to_compare_with() -> None:
    year = periods.whole(YEAR, day_end(date(2026, 1, 1)))
    assert periods.before(year).end == year.start and periods.before(PERIOD).quarter == 1
    running = periods.whole(2569, day_end(date(2025, 11, 20)))
    assert periods.before(running).end - periods.before(running).start == running.end - running.start
