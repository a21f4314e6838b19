from __future__ import annotations

import base64
import re
from datetime import date
from html.parser import HTMLParser

from mien.evaluation.html_report import render_html
from mien.evaluation.plots import Picture
from mien.evaluation.tables import DataTable

VOID = {"meta", "img", "source"}
TABLE = DataTable("FMR <1 %>", ("measure", "value"), (("a & b", "1"), ("c", "2")))
PICTURE = Picture("det", "Title", "A caption.", b"light", b"dark")


class Balance(HTMLParser):
    """Collects tags, and those that do not close what is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 overridden
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.wrong.append(tag)


def _render(name: str = "lfw_dev") -> str:
    return render_html(
        name=name,
        today=date(2026, 11, 21),
        tables=[TABLE, TABLE],
        notes=["Intervals: 95 %."],
        pictures=[PICTURE],
    )


def test_every_tag_is_closed() -> None:
    parser = Balance()
    parser.feed(_render())
    assert not parser.open
    assert not parser.wrong
    assert parser.seen.count("table") == 2
    assert parser.seen.count("td") == 8


def test_the_page_fetches_and_runs_nothing() -> None:
    page = _render()
    assert "<script" not in page
    assert "http" not in re.sub(r"data:image/png;base64,[\w+/=]+", "", page)
    assert set(re.findall(r'src(?:set)?="(\w+):', page)) == {"data"}


def test_both_themes_carry_their_own_plot() -> None:
    page = _render()
    assert "prefers-color-scheme: dark" in page
    light, dark = (base64.b64encode(png).decode() for png in (b"light", b"dark"))
    assert f'<img src="data:image/png;base64,{light}" alt="Title"' in page
    assert f'dark)" srcset="data:image/png;base64,{dark}"' in page


def test_words_are_escaped() -> None:
    page = _render('<img src=x onerror="alert(1)">')
    assert "<img src=x" not in page
    assert "FMR &lt;1 %&gt;" in page
    assert "a &amp; b" in page
