"""What the benchmarks share: interleaved timing, facts about the run, tables and reports."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import random
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Final

import psutil
from rich.console import Console
from rich.table import Table

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

_PAUSE_S: Final = 0.004
"""Between two runs: a peer's idle OpenMP threads spin on for a moment, at the next one's cost."""

_THREAD_LIMITS: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OMP_WAIT_POLICY")
_WARM_UPS: Final = 2
_SEED: Final = 1
_TABLE_WIDTH: Final = 150


class Laps:
    """A stopwatch with named laps: milliseconds that passed, and that the processors worked."""

    def __init__(self) -> None:
        """Start."""
        self.wall_ms: dict[str, float] = {}
        self.cpu_ms: dict[str, float] = {}
        self._wall_s, self._cpu_s = time.perf_counter(), time.process_time()

    def __call__(self, name: str) -> None:
        """End the lap called *name*."""
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        self.wall_ms[name] = self.wall_ms.get(name, 0.0) + (wall_s - self._wall_s) * 1e3
        self.cpu_ms[name] = self.cpu_ms.get(name, 0.0) + (cpu_s - self._cpu_s) * 1e3
        self._wall_s, self._cpu_s = wall_s, cpu_s


Run = Callable[[Laps], None]
"""One run of a contender: does its work and ends a lap after each stage."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one thing took, run by run, in milliseconds.

    cpu_ms: of all the process's threads. Where others keep the machine busy, it tells how long
        a contender of one thread would take alone; spinning threads count as work. Empty where only
        the time that passed was taken.
    """

    samples_ms: tuple[float, ...]
    cpu_ms: tuple[float, ...] = ()

    @property
    def median_ms(self) -> float:
        """Half of the runs took no longer."""
        return median(self.samples_ms)

    @property
    def best_ms(self) -> float:
        """The run that was disturbed least."""
        return min(self.samples_ms)

    @property
    def median_cpu_ms(self) -> float:
        """Half of the runs took no more of the processors."""
        return median(self.cpu_ms)

    def percentile_ms(self, percent: float) -> float:
        """Return the nearest-rank percentile."""
        ordered = sorted(self.samples_ms)
        return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]

    def as_json(self) -> dict[str, Json]:
        """Return the summary that a report holds."""
        return {
            "median_ms": round(self.median_ms, 4),
            "p95_ms": round(self.percentile_ms(95), 4),
            "best_ms": round(self.best_ms, 4),
            "median_cpu_ms": round(self.median_cpu_ms, 4) if self.cpu_ms else None,
            "runs": len(self.samples_ms),
        }


@dataclass(frozen=True, slots=True)
class Result:
    """A contender's whole runs, and their laps by name."""

    total: Timing
    laps: Mapping[str, Timing]

    def as_json(self) -> dict[str, Json]:
        """Return what a report holds."""
        laps: dict[str, Json] = {name: lap.as_json() for name, lap in self.laps.items()}
        return {**self.total.as_json(), "laps": laps}


def interleave(contenders: Mapping[str, Run], *, rounds: int) -> dict[str, Result]:
    """Run every contender once a round, in a new order each time.

    Whatever else the machine does then disturbs all of them alike. Two first runs of each are
    not counted.
    """
    order = list(contenders)
    shuffled = random.Random(_SEED)
    runs: dict[str, list[Laps]] = {name: [] for name in order}
    for number in range(-_WARM_UPS, rounds):
        shuffled.shuffle(order)
        for name in order:
            time.sleep(_PAUSE_S)
            laps = Laps()
            contenders[name](laps)
            if number >= 0:
                runs[name].append(laps)
    return {name: _summarize(runs[name]) for name in contenders}


def _summarize(runs: Sequence[Laps]) -> Result:
    return Result(
        total=Timing(
            tuple(sum(run.wall_ms.values()) for run in runs),
            tuple(sum(run.cpu_ms.values()) for run in runs),
        ),
        laps={
            name: Timing(
                tuple(run.wall_ms[name] for run in runs), tuple(run.cpu_ms[name] for run in runs)
            )
            for name in runs[0].wall_ms
        },
    )


def _busy_s() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


def _own_s() -> float:
    """Return the processor time of this process and of its children, ended or not."""
    own = psutil.Process()
    ended = own.cpu_times()
    alive = [child.cpu_times() for child in own.children(recursive=True)]
    return float(
        ended.user
        + ended.system
        + ended.children_user
        + ended.children_system
        + sum(times.user + times.system for times in alive)
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Measures what others did with the processors since it was made."""

    _busy_s: float = field(default_factory=_busy_s)
    _own_s: float = field(default_factory=_own_s)
    _start: float = field(default_factory=time.perf_counter)

    def others_share(self) -> float:
        """Return the share (0 to 1) of all cores that this process and its children did not use.

        Idle time is not counted: 0 means that the machine was quiet.
        """
        available = (time.perf_counter() - self._start) * (os.cpu_count() or 1)
        others = (_busy_s() - self._busy_s) - (_own_s() - self._own_s)
        return min(1.0, max(0.0, others / available))


def machine_facts() -> dict[str, Json]:
    """Return what the figures depend on, of the hardware and the system."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "thread_limits": {name: os.environ.get(name) for name in _THREAD_LIMITS},
    }


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def versions(*packages: str) -> dict[str, Json]:
    """Return the installed version of each package, None for one that is missing."""
    found: dict[str, Json] = {}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = None
    return found


def argument_parser(description: str) -> argparse.ArgumentParser:
    """Return a parser with the options that every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as JSON")
    return parser


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, its first column flush left, the figures flush right."""
    # A pipe or a file has no width of its own; the table must not be cut to 80 columns there.
    console = Console(width=None if sys.stdout.isatty() else _TABLE_WIDTH)
    table = Table(title=title, title_justify="left")
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position == 0 else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def finish(
    benchmark: str,
    results: Json,
    *,
    surroundings: Surroundings,
    packages: Sequence[str],
    json_file: Path | None,
) -> None:
    """Say under which conditions a benchmark ran and write its report if asked for."""
    machine, others = machine_facts(), surroundings.others_share()
    print(
        f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}; "
        f"others used {others:.0%} of the processors meanwhile"
    )
    if json_file is None:
        return
    report: dict[str, Json] = {
        "benchmark": benchmark,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": shlex.join(["python", "-m", f"benchmarks.{benchmark}", *sys.argv[1:]]),
        "machine": machine,
        "others_cpu_share": round(others, 3),
        "versions": versions("mien", "numpy", *packages),
        "results": results,
    }
    json_file.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
