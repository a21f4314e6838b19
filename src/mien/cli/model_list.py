"""What `mien models list` tells: every model with its state, and the packs made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict

from rich.markup import escape
from rich.table import Table

from mien.errors import MienError

if TYPE_CHECKING:
    from mien.inference.model import Model
    from mien.inference.sources import SourceFolder
    from mien.settings import Settings

WIDE: Final = 130
"""Columns of a terminal that has room for the summaries."""


class ModelRow(TypedDict):
    """A model as --json tells it. vouched_by: who says that the hash is the right one."""

    name: str
    task: str
    license: str
    commercial: bool
    size_bytes: int | None
    state: str
    good: bool
    sha256: str | None
    vouched_by: str | None
    summary: str


class PackRow(TypedDict):
    """A pack as --json tells it. in_use: whether the next start takes it."""

    name: str
    summary: str
    models: list[str]
    complete: bool
    in_use: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Models by task, packs, and why the pack in use is the one."""

    models: Sequence[ModelRow]
    packs: Sequence[PackRow]
    reason: str


def take_stock(settings: Settings) -> Listing:
    """Hash what is there; raise OSError."""
    from mien.inference.catalogue import MODELS
    from mien.inference.packs import PACKS
    from mien.inference.weights import WeightStore

    sources = WeightStore.of(settings.data_dir).sources
    rows = [_model_row(sources, model) for model in MODELS]
    good = {row["name"] for row in rows if row["good"]}
    in_use, reason = _pack_in_use(settings)
    packs: list[PackRow] = []
    for pack in PACKS.values():
        names = [weights.model.name for weights in pack.weights()]
        packs.append(
            {
                "name": pack.name,
                "summary": pack.summary,
                "models": names,
                "complete": good.issuperset(names),
                "in_use": pack.name == in_use,
            }
        )
    return Listing(rows, packs, reason)


def draw_models(listing: Listing, *, wide: bool) -> Table:
    """Return a table, one line a model. wide: with what each is."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("task", "model", "size", "state", "business"):
        table.add_column(heading, no_wrap=True, justify="right" if heading == "size" else "left")
    table.add_column("license", overflow="fold")
    if wide:
        table.add_column("what it is", no_wrap=True)
    task = ""
    for row in listing.models:
        if row["task"] != task and task:
            table.add_row()
        color = "green" if row["good"] else "dim" if row["state"] == "missing" else "red"
        vouched = ", you vouch" if row["vouched_by"] == "operator" else ""
        table.add_row(
            row["task"] if row["task"] != task else "",
            row["name"],
            _size(row["size_bytes"]),
            f"[{color}]{row['state']}[/]{vouched}",
            "yes" if row["commercial"] else "[red]no[/]",
            row["license"],
            *([row["summary"]] if wide else []),
        )
        task = row["task"]
    return table


def draw_packs(listing: Listing) -> Table:
    """Return a table of the packs."""
    table = Table("pack", "complete", "models", "what it is", show_lines=True)
    for pack in listing.packs:
        complete = "[green]yes[/]" if pack["complete"] else "[yellow]no[/]"
        name = f"[bold]{pack['name']}[/] in use" if pack["in_use"] else pack["name"]
        table.add_row(name, complete, ", ".join(pack["models"]), escape(pack["summary"]))
    return table


def _size(size_bytes: int | None) -> str:
    if size_bytes is None:
        return "?"
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= 1e6 else f"{size_bytes / 1e3:.0f} kB"


def _model_row(sources: SourceFolder, model: Model) -> ModelRow:
    from mien.inference.inspection import size_bytes

    state = sources.inspect(model)
    vouched_by = "catalogue" if model.sha256 else "operator" if state.is_good else None
    return {
        "name": model.name,
        "task": model.task.value,
        "license": model.license.name,
        "commercial": model.license.commercial,
        "size_bytes": size_bytes(sources, model),
        "state": state.value,
        "good": state.is_good,
        "sha256": sources.trusted_sha256(model),
        "vouched_by": vouched_by,
        "summary": model.summary,
    }


def _pack_in_use(settings: Settings) -> tuple[str | None, str]:
    """Return the name of the pack that the next start takes, and why."""
    from mien.bootstrap.recognition import choose

    try:
        choice = choose(settings)
    except MienError as error:
        return None, str(error)
    return choice.pack.name, f"pack {choice.pack.name}: {choice.reason}"
