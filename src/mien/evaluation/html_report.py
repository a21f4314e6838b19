"""The whole evaluation as one HTML file, without scripts and without anything to fetch."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import Final

from mien.evaluation.plots import Picture
from mien.evaluation.tables import DataTable

_STYLE: Final = """
:root { color-scheme: light dark; --page: #ffffff; --text: #1f2733; --muted: #667085;
  --line: #e2e6ec; --stripe: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { --page: #161b22; --text: #e6e9ef;
  --muted: #97a1b0; --line: #303846; --stripe: #1c222b; } }
@media print { :root { color-scheme: light; } figure, tr { break-inside: avoid; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2.5rem 1.25rem 4rem; background: var(--page);
  color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 2.75rem 0 .6rem; }
p { max-width: 46rem; }
.muted, figcaption { color: var(--muted); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .9rem .35rem 0; text-align: left; white-space: nowrap; }
th { color: var(--muted); font-weight: 600; border-bottom: 2px solid var(--line); }
td { border-bottom: 1px solid var(--line); }
tbody tr:nth-child(even) { background: var(--stripe); }
figure { margin: 2.75rem 0 0; }
figcaption { font-size: .875rem; max-width: 46rem; }
img { display: block; width: 100%; max-width: 50rem; height: auto; }
"""


def render_html(
    *,
    name: str,
    today: date,
    tables: Iterable[DataTable],
    notes: Iterable[str],
    pictures: Sequence[Picture],
) -> str:
    """Return the page; every word in it is escaped."""
    title = escape(f"Evaluation on {name}")
    first, *others = tables
    parts = [
        f"<h1>{title}</h1>",
        f'<p class="muted">mien evaluate, {today.isoformat()}</p>',
        *(f"<p>{escape(note)}</p>" for note in notes),
        _render_table(first),
        *(_render_picture(picture) for picture in pictures),
        *(_render_table(table) for table in others),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _render_table(table: DataTable) -> str:
    header = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(word)}</td>" for word in row) + "</tr>" for row in table.rows
    )
    return (
        f'<h2>{escape(table.title)}</h2>\n<div class="wide"><table>\n'
        f"<thead><tr>{header}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def _render_picture(picture: Picture) -> str:
    light, dark = (_data_url(png) for png in (picture.light, picture.dark))
    return (
        f'<figure>\n<picture><source media="(prefers-color-scheme: dark)" srcset="{dark}">'
        f'<img src="{light}" alt="{escape(picture.title)}" width="1280" height="800"></picture>\n'
        f"<figcaption>{escape(picture.caption)}</figcaption>\n</figure>"
    )


def _data_url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
