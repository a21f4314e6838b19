"""mien doctor and bench: the installation."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from mien import __version__
from mien.cli.console import (
    ACTOR,
    AsJson,
    DataDir,
    Exit,
    ImagePath,
    import_progress,
    opened_database,
    out,
    print_json,
    read_file,
    read_settings,
    reporting,
)
from mien.errors import MienError

_DEPENDENCIES = ("onnxruntime", "numpy", "opencv-python-headless", "fastapi", "sqlalchemy")
_MIN_FREE_BYTES = 200_000_000
_WARM_UP_ROUNDS = 3


class _Mark(StrEnum):
    GOOD = "good"
    NOTE = "note"
    MEND = "mend"


_COLORS = {_Mark.GOOD: "green", _Mark.NOTE: "yellow", _Mark.MEND: "red"}


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    mark: _Mark
    finding: str


def doctor(
    data_dir: DataDir = None,
    production: Annotated[
        bool, typer.Option("--production", help="Also refuse what is too weak for people's faces.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the installation and say what to do; exits 5 when something has to be mended."""
    checks = list(_examine(data_dir))
    if production:
        checks += _examine_strength(data_dir)
    is_good = all(check.mark is not _Mark.MEND for check in checks)
    if as_json:
        print_json({"healthy": is_good, "checks": [_as_json(check) for check in checks]})
    else:
        for check in checks:
            mark = f"[{_COLORS[check.mark]}]{check.mark}[/]"
            out.print(f"{mark}  {check.name:15} {escape(check.finding)}", soft_wrap=True)
    if not is_good:
        raise typer.Exit(Exit.INSTALLATION)


def _as_json(check: _Check) -> dict[str, object]:
    is_good = check.mark is not _Mark.MEND
    return {
        "name": check.name,
        "good": is_good,
        "note": check.mark is _Mark.NOTE,
        "finding": check.finding,
    }


def _examine(data_dir: Path | None) -> Iterator[_Check]:
    yield _Check("mien", _Mark.GOOD, f"{__version__} on Python {sys.version.split()[0]}")
    yield _checked("packages", _find_packages)
    yield _checked("settings", lambda: f"data folder {read_settings(data_dir).data_dir}")
    yield _checked("disk", lambda: _find_space(data_dir))
    yield _checked("models", lambda: _try_models(data_dir))
    yield _checked("expressions", lambda: _try_expressions(data_dir))
    yield _find_liveness(data_dir)
    yield _checked("database", lambda: _try_database(data_dir))


def _checked(name: str, check: Callable[[], str]) -> _Check:
    try:
        return _Check(name, _Mark.GOOD, check())
    except (MienError, OSError, metadata.PackageNotFoundError) as error:
        return _Check(name, _Mark.MEND, str(error))


def _examine_strength(data_dir: Path | None) -> Iterator[_Check]:
    from mien.bootstrap.clock import utc_now
    from mien.bootstrap.production import examine

    try:
        found = examine(read_settings(data_dir), utc_now())
    except MienError as error:
        yield _Check("strength", _Mark.MEND, str(error))
        return
    for name, objection in found.items():
        if objection is None:
            yield _Check(name, _Mark.GOOD, "sound")
        else:
            yield _Check(name, _Mark.NOTE if objection.is_note else _Mark.MEND, str(objection))


def _find_packages() -> str:
    return ", ".join(f"{name} {metadata.version(name)}" for name in _DEPENDENCIES)


def _find_space(data_dir: Path | None) -> str:
    import shutil

    folder = read_settings(data_dir).data_dir.absolute()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < _MIN_FREE_BYTES:
        raise OSError(f"only {free / 1e6:.0f} MB free at {existing}: free some, or --data-dir")
    return f"{free / 1e9:.1f} GB free at {existing}"


def _try_models(data_dir: Path | None) -> str:
    """Import the weights if need be and run them once."""
    import numpy as np

    from mien.bootstrap.recognition import choose, load_pipeline
    from mien.core.detection import Search
    from mien.core.image import Image

    settings = read_settings(data_dir)
    choice = choose(settings)
    with import_progress() as progress:
        pipeline = load_pipeline(settings, choice, threads=1, progress=progress)
    pipeline.detect(Image(np.zeros((120, 160, 3), np.uint8)), Search())
    return f"pack {choice.pack.name} loaded and run, contract {pipeline.contract.digest}"


def _try_expressions(data_dir: Path | None) -> str:
    """Load the network that reads expressions: a server does not start without it."""
    from mien.bootstrap.emotion import load_expressions

    with import_progress() as progress:
        loaded = load_expressions(read_settings(data_dir), threads=1, progress=progress)
    return f"read by {loaded.name}, {loaded.sha256[:12]}"


def _find_liveness(data_dir: Path | None) -> _Check:
    """Tell whether live sessions can be held; a server runs without them, too."""
    from mien.inference.packs import MODELS_OF
    from mien.inference.weights import WeightStore

    try:
        sources = WeightStore.of(read_settings(data_dir).data_dir).sources
        missing = [model.name for model in MODELS_OF["liveness"] if not sources.has(model)]
    except (MienError, OSError) as error:
        return _Check("liveness", _Mark.MEND, str(error))
    if missing:
        finding = f"no live sessions without {', '.join(missing)}: mien models pull liveness"
        return _Check("liveness", _Mark.NOTE, finding)
    return _Check("liveness", _Mark.GOOD, "live sessions, and photos are judged where asked for")


def _try_database(data_dir: Path | None) -> str:
    with opened_database(data_dir) as database, database.unit_of_work(ACTOR) as work:
        return f"{work.subjects.count()} subjects, {work.api_keys.count()} API keys"


def bench(
    image: ImagePath,
    data_dir: DataDir = None,
    rounds: Annotated[int, typer.Option(min=1, max=10_000, help="Repetitions.")] = 50,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads.", show_default="one per core")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Time decoding, detection and embedding of a photo on this machine."""
    with reporting(as_json=as_json):
        from mien.engine import FaceEngine

        photo = read_file(image)
        with import_progress() as progress:
            engine = FaceEngine(data_dir, threads=threads or 0, progress=progress)
        face = engine.find(photo)
        stages: dict[str, Callable[[], object]] = {
            "decode": lambda: engine.read(photo),
            "decode and find": lambda: engine.find(photo),
            "embed": lambda: engine.embed(face),
            "decode to embedding": lambda: engine.embed(photo),
        }
        # Interleaved, so that a busy moment of the machine falls on every stage alike.
        times_ms: dict[str, list[float]] = {name: [] for name in stages}
        for round_number in range(rounds + _WARM_UP_ROUNDS):
            for name, stage in stages.items():
                started = time.perf_counter()
                stage()
                if round_number >= _WARM_UP_ROUNDS:
                    times_ms[name].append(1000 * (time.perf_counter() - started))
    medians = {name: statistics.median(times) for name, times in times_ms.items()}
    if as_json:
        print_json({"cores": os.cpu_count(), "rounds": rounds, "median_ms": medians})
        return
    table = Table("stage", "median ms", "fastest", "slowest")
    for name, times in times_ms.items():
        table.add_row(name, f"{medians[name]:.1f}", f"{min(times):.1f}", f"{max(times):.1f}")
    out.print(table)
    out.print(f"{rounds} rounds, {os.cpu_count()} cores, {platform.processor() or 'CPU'}")
