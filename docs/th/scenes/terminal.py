"""What a command printed, as a terminal shows it: every Thai letter in one cell, its vowels and tones with it."""

from __future__ import annotations

import html

from rich.cells import cell_len
from rich.text import Text

from admin_cli.shown import _letters as letters

COLUMNS = 116
STYLE = """
* { margin: 0; }
body { background: #fff; width: max-content; }
#screen { width: max-content; background: #10222f; color: #e6edf3; padding: 12px 16px 14px; border-radius: 8px;
          font: 14px/1.55 "DejaVu Sans Mono", "Noto Sans Mono", monospace; white-space: pre; }
#screen b.prompt { color: #7ee2a8; font-weight: 700; }
#screen i { display: inline-flex; justify-content: center; font-style: normal; }
#screen u { flex: none; text-decoration: none; display: inline-block; font-family: "Noto Sans Thai", "Garuda", sans-serif; }
"""
FIT = """() => document.querySelectorAll('#screen u').forEach(u => { const room = u.parentElement.getBoundingClientRect().width;
    const wide = u.getBoundingClientRect().width; if (wide > room) u.style.transform = `scaleX(${room / wide})`; })"""
"""Letters like ญ and ฒ are wider than a cell: they are narrowed, as terminals do."""


def page(shown: list[tuple[str, str]]) -> str:
    """An HTML page with commands and what they printed, one after the other."""
    lines: list[str] = []
    for command, printed in shown:
        first, *more = folded(command)
        lines.append(f'<b class="prompt">$</b> <b>{_cells(first)}</b>')
        lines += [f"  <b>{_cells(piece)}</b>" for piece in more]
        told = Text.from_ansi(printed.rstrip()).plain.splitlines()
        lines += [_cells(piece) for line in told for piece in folded(line)]
        lines.append("")
    body = "\n".join(lines[:-1])
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><div id="screen">{body}</div>'


def folded(line: str) -> list[str]:
    """The line, broken at spaces where it is wider than a picture should be; columns are left alone."""
    line = line.rstrip()
    if cell_len(line) <= COLUMNS or "  " in line[-60:] or any(mark in line for mark in "│┃┏├└"):
        return [line]
    made, rest = [""], line.split(" ")
    for word in rest:
        if made[-1] and cell_len(made[-1]) + 1 + cell_len(word) > COLUMNS:
            made.append("")
        made[-1] += f" {word}" if made[-1] else word
    return made


def _cells(line: str) -> str:
    """The line with every letter that is not ASCII in a box as wide as its cells in a terminal."""
    made = []
    for letter in letters(line):
        safe = html.escape(letter)
        made.append(safe if letter.isascii() else f'<i style="width:{max(1, cell_len(letter))}ch"><u>{safe}</u></i>')
    return "".join(made)
