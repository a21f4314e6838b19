"""Throws damaged photos at the decoder: `python -m tests.fuzz_decoder --seconds 300`.

A child decodes what its parent makes up, so that a crash, a hang and memory that grows are seen
from outside. Inputs that end in a way not seen before join the corpus that others are made from.
What is found is kept as a file with the bytes that did it.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from mien.core.image import ImageLimits
from mien.errors import ImageError
from mien.inference.decoding import decode, ignore_warnings_of_pillow
from tests.damaged_photos import Mutator, seeds

LIMITS: Final = ImageLimits(max_bytes=200_000, max_pixels=500_000)

LONGEST_S: Final = 5.0
"""Of one input. The slowest that is in order takes some dozens of milliseconds."""

MAX_GROWTH: Final = 16 * 2**20
"""Bytes of resident memory that the child may gain once it is warm."""

MAX_PEAK: Final = 96 * 2**20
"""Bytes that one input may need on top of that: some 200 for each pixel of LIMITS."""

_ENOUGH_PX: Final = (None, 8, 64)
_HEADER: Final = struct.Struct("<IB")
_MAX_CORPUS: Final = 3000
_MAX_FINDINGS: Final = 20
_RSS_EVERY: Final = 50
_WARM_SHARE: Final = 0.25
"""So much of a run is not measured: caches fill, and the allocator takes what it needs."""

_BROKEN: Final = ("ESCAPED", "CRASHED", "HANGING")


@dataclass(slots=True)
class Report:
    """What a run saw. Sizes in bytes; findings: one line each, with the file of the input."""

    inputs: int = 0
    seconds: float = 0
    corpus: int = 0
    slowest_s: float = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    warm_rss: int = 0
    final_rss: int = 0
    peak_rss: int = 0

    @property
    def growth(self) -> int:
        """What the child gained once it was warm."""
        return self.final_rss - self.warm_rss

    @property
    def peak(self) -> int:
        """What a single input needed for itself."""
        return self.peak_rss - self.warm_rss

    def __str__(self) -> str:
        """Tell it to people."""
        codes = ", ".join(f"{code} {count:,}" for code, count in self.outcomes.most_common())
        warm, final, peak = (
            f"{size / 2**20:.1f}" for size in (self.warm_rss, self.final_rss, self.peak_rss)
        )
        return "\n".join([
            f"{self.inputs:,} inputs in {self.seconds:.0f} s, {self.corpus:,} kept as a corpus",
            f"outcomes: {codes}",
            f"resident memory: {warm} MiB warm, {final} MiB in the end, {peak} MiB at most",
            f"slowest input: {self.slowest_s * 1000:.0f} ms",
            f"findings: {len(self.findings)}",
            *self.findings,
        ])  # fmt: skip


class Child:
    """The process that decodes, as its parent sees it."""

    def __init__(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", "tests.fuzz_decoder", "--child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._memory = psutil.Process(self._process.pid)
        self.decode(b"", 0)  # it answers: its imports are done

    def decode(self, data: bytes, choice: int) -> str:
        """Return how an input ended: a code, a space and what tells it from others like it."""
        source, answers = self._process.stdin, self._process.stdout
        assert source is not None
        assert answers is not None
        try:
            source.write(_HEADER.pack(len(data), choice) + data)
            source.flush()
        except BrokenPipeError:
            return f"CRASHED {self._process.wait()}"
        if not select.select([answers], [], [], LONGEST_S if data else None)[0]:
            return f"HANGING for {LONGEST_S:.0f} s"
        answer = answers.readline().decode()
        return answer.rstrip("\n") if answer else f"CRASHED {self._process.wait()}"

    def rss(self) -> int:
        """Return the resident memory, in bytes."""
        return int(self._memory.memory_info().rss)

    def peak_rss(self) -> int:
        """Return the most there ever was; without Linux what there is."""
        status = Path(f"/proc/{self._process.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        peaks = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")]
        return peaks[0] if peaks else self.rss()

    def end(self) -> None:
        """Stop it, whatever it does."""
        self._process.kill()
        self._process.communicate()


def fuzz(seconds: float, findings: Path, seed: int = 0) -> Report:
    """Decode damaged photos for so long, and keep in a folder those that are findings."""
    corpus, seen, report = seeds(), set[str](), Report()
    rng = random.Random(seed)
    mutator = Mutator(rng, corpus, LIMITS.max_bytes)
    measured: list[tuple[float, int]] = []
    intact = iter(list(corpus))
    child = Child()
    started = time.monotonic()
    while (begun := time.monotonic() - started) < seconds:
        data, choice = next(intact, None) or mutator.next(), rng.randrange(len(_ENOUGH_PX))
        outcome = child.decode(data, choice)
        report.slowest_s = max(report.slowest_s, time.monotonic() - started - begun)
        report.inputs += 1
        code = outcome.partition(" ")[0]
        report.outcomes[code] += 1
        if code in _BROKEN:
            _keep(report, findings, data, outcome)
            child.end()
            child = Child()
        elif outcome not in seen and len(corpus) < _MAX_CORPUS:
            seen.add(outcome)
            corpus.append(data)
        if report.inputs % _RSS_EVERY == 0:
            measured.append((begun / seconds, child.rss()))
    report.seconds, report.corpus = time.monotonic() - started, len(corpus)
    _measure(report, measured or [(1.0, child.rss())], child.peak_rss())
    child.end()
    return report


def _keep(report: Report, findings: Path, data: bytes, outcome: str) -> None:
    if len(report.findings) >= _MAX_FINDINGS:
        return
    findings.mkdir(parents=True, exist_ok=True)
    path = findings / f"{hashlib.sha256(data).hexdigest()[:16]}.bin"
    path.write_bytes(data)
    report.findings.append(f"{outcome}: {path}")


def _measure(report: Report, measured: list[tuple[float, int]], peak_rss: int) -> None:
    """Compare the first measurements after the warm-up with as many of the last."""
    warm = [rss for share, rss in measured if share >= _WARM_SHARE]
    count = max(1, len(warm) // 5)
    report.warm_rss = round(statistics.median(warm[:count]))
    report.final_rss = round(statistics.median(warm[-count:]))
    report.peak_rss = peak_rss


def _decode_from_stdin() -> None:
    """Be the child: answer every input with one line."""
    ignore_warnings_of_pillow()  # as the server does
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    while header := source.read(_HEADER.size):
        length, choice = _HEADER.unpack(header)
        answers.write(f"{_outcome(source.read(length), _ENOUGH_PX[choice])}\n".encode())
        answers.flush()


def _outcome(data: bytes, enough_px: int | None) -> str:
    try:
        pixels = decode(data, LIMITS, enough_px=enough_px).pixels
    except ImageError as error:
        cause = error.__cause__
        if cause is None:
            return f"{error.code} {str(error)[:30]}"
        frame = traceback.extract_tb(cause.__traceback__)[-1]
        return f"{error.code} {type(cause).__name__} {Path(frame.filename).name}:{frame.lineno}"
    except BaseException as error:  # noqa: BLE001 whatever else comes out is what is looked for
        return f"ESCAPED {error!r}".replace("\n", " ")
    if pixels.size > 3 * LIMITS.max_pixels:
        return f"ESCAPED {pixels.shape} is more than allowed"
    return f"DECODED {data[:2].hex()} {[side.bit_length() for side in pixels.shape]}"


def main() -> int:
    """Run the fuzzer, tell what it saw, and fail when that is anything but order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--findings", type=Path, help="folder to keep what is found in")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        _decode_from_stdin()
        return 0
    findings = chosen.findings or Path(tempfile.gettempdir()) / "mien-decoder-findings"
    report = fuzz(chosen.seconds, findings, chosen.seed)
    sys.stdout.write(f"{report}\n")
    in_order = report.growth <= MAX_GROWTH and report.peak <= MAX_PEAK and not report.findings
    return 0 if in_order else 1


if __name__ == "__main__":
    sys.exit(main())
