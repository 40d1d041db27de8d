"""Plots as PNG: cases by day, categories by district, days to the fix as a distribution, the funnel of the report talk."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from admin_cli.report.parts import Picture, say
from casework.catalog import agencies, categories
from casework.kpi import percentile
from casework.thai_time import thai_date

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, BLUE, TEAL, AMBER = "#1b1f24", "#90a4ae", "#1565C0", "#00796B", "#B26A00"
DPI = 144
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
LONGEST_DAYS = 60
"""The axis of days ends there, or a little behind the 90th percentile where that is later."""


@cache
def _family() -> str:
    """Sarabun, known to matplotlib from the package; its name there."""
    from matplotlib import font_manager

    for weight in ("Regular", "SemiBold"):
        with as_file(files("fontpkg_sarabun").joinpath("files", f"Sarabun-{weight}.ttf")) as path:
            font_manager.fontManager.addfont(str(path))
    return "Sarabun"


def _new(width: float, height: float, title: str) -> tuple[Figure, Axes]:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    mpl.rcParams["font.family"] = _family()
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=13, color=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=10, colors=INK)
    return figure, axes


def _png(name: str, figure: Figure) -> Picture:
    kept = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a letter that the font does not have is a fault, not a box
        figure.savefig(kept, format="png", metadata={"Software": None})
    return Picture(name, kept.getvalue())


def _nothing(axes: Axes) -> None:
    axes.text(0.5, 0.5, say("plots.nothing"), ha="center", va="center", transform=axes.transAxes, fontsize=13, color=SOFT)
    axes.set_xticks([])
    axes.set_yticks([])


def by_day(days: Sequence[tuple[date, int]]) -> Picture:
    """Cases received a day, with the mean of seven days."""
    figure, axes = _new(10, 3.6, say("plots.by_day"))
    if not days:
        _nothing(axes)
        return _png("by_day", figure)
    counts = [n for _, n in days]
    places = range(len(days))
    axes.bar(places, counts, color=SOFT, width=0.9, label=say("plots.day"))
    if len(days) > 7:
        mean = [sum(counts[max(0, i - 6) : i + 1]) / min(7, i + 1) for i in places]
        axes.plot(places, mean, color=BLUE, linewidth=2, label=say("plots.week_mean"))
    every = max(1, len(days) // 8)
    axes.set_xticks(list(places)[::every], [thai_date(day) for day, _ in days][::every], fontsize=10)
    axes.set_ylabel(say("form.count"), fontsize=11)
    axes.locator_params("y", integer=True)
    axes.legend(frameon=False, fontsize=10, ncols=2, loc="lower right", bbox_to_anchor=(1, 1))
    return _png("by_day", figure)


def heat(counts: Mapping[tuple[str, str], int]) -> Picture:
    """(district, category) → cases: the fullest categories across, the districts down."""
    rows = [code for code, agency in agencies().items() if agency.kind == "district"]
    totals = {code: sum(n for (_, kind), n in counts.items() if kind == code) for code in categories()}
    columns = [code for code in sorted(totals, key=lambda code: -totals[code]) if totals[code]][:16]
    figure, axes = _new(10, 13, say("plots.heat"))
    if not columns:
        _nothing(axes)
        return _png("heat", figure)
    cells = [[counts.get((row, column), 0) for column in columns] for row in rows]
    shown = axes.imshow(cells, aspect="auto", cmap="YlOrRd")
    axes.set_xticks(range(len(columns)), [categories()[c].th for c in columns], rotation=40, ha="right", fontsize=10)
    axes.set_yticks(range(len(rows)), [agencies()[code].short_th for code in rows], fontsize=9)
    most = max(map(max, cells))
    for y, line in enumerate(cells):
        for x, n in enumerate(line):
            if n:
                axes.text(x, y, str(n), ha="center", va="center", fontsize=7, color="white" if n > most * 0.6 else INK)
    figure.colorbar(shown, ax=axes, shrink=0.4, label=say("form.count"))
    return _png("heat", figure)


def time_to_fix(days: Sequence[float]) -> Picture:
    """Which share of the fixes was reported within how many days, with the 50th, 80th and 90th percentile."""
    figure, axes = _new(10, 4, say("plots.time_to_fix"))
    if not days:
        _nothing(axes)
        return _png("time_to_fix", figure)
    ordered = sorted(days)
    most = max(1, min(max(LONGEST_DAYS, math.ceil((percentile(ordered, 0.9) or 0) * 1.1)), math.ceil(ordered[-1])))
    thin = ordered[:: max(1, len(ordered) // 2000)]
    shares = [100 * (i + 1) / len(thin) for i in range(len(thin))]
    axes.step([0, *thin], [0, *shares], where="post", color=TEAL, linewidth=2)
    for n, (share, colour) in enumerate(((0.5, BLUE), (0.8, AMBER), (0.9, INK))):
        at = percentile(ordered, share) or 0
        axes.plot([at, at], [0, share * 100], color=colour, linewidth=1, linestyle="--")
        words = say("plots.percentile", share=round(share * 100), days=f"{at:.1f}")
        axes.annotate(
            words,
            (min(at, most), share * 100),
            (12, -14),
            textcoords="offset points",
            fontsize=10,
            color=colour,
            zorder=9,
            bbox=CLEAR,
        )
        axes.plot([at], [share * 100], marker="o", color=colour, markersize=5, zorder=3 + n)
    axes.set_xlim(0, most)
    axes.set_ylim(0, 102)
    axes.set_xlabel(say("plots.days"), fontsize=11)
    axes.set_ylabel(say("plots.share"), fontsize=11)
    return _png("time_to_fix", figure)


def funnel(rows: Sequence[Mapping[str, Any]]) -> Picture:
    """The steps of the report talk: how many came to each."""
    figure, axes = _new(10, 3.6, say("plots.funnel"))
    if not rows:
        _nothing(axes)
        return _png("funnel", figure)
    reached = [int(row["reached_n"]) for row in rows]
    places = range(len(rows))
    axes.barh(places, reached, color=BLUE, height=0.66)
    axes.set_yticks(places, [str(row["stage"]) for row in rows], fontsize=11)
    axes.invert_yaxis()
    axes.set_xlim(0, max(reached) * 1.18)
    for y, row in enumerate(rows):
        axes.text(reached[y], y, f"  {reached[y]:,} ({row['reached_pct']}%)", va="center", fontsize=10, color=INK)
    axes.set_xlabel(say("plots.talks"), fontsize=11)
    return _png("funnel", figure)
