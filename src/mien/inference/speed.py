"""How long each stage of a photo takes on this machine, with the networks that are loaded."""

from __future__ import annotations

import io
import os
import platform
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, final

import numpy as np
import PIL.Image

from mien.core.detection import Detection, Search
from mien.core.geometry import Box
from mien.core.image import Image, ImageLimits
from mien.errors import OverloadedError
from mien.inference.decoding import decode
from mien.inference.pipeline import FacePipeline

_WIDTH_PX: Final = 1280
_HEIGHT_PX: Final = 960
"""Of a usual photo of one person: a camera's own size, once it is decoded at a reduced scale."""

_SMALLEST_FACE_PX: Final = _HEIGHT_PX / 10
"""As small as a claimed face may be in such a photo: a search for smaller ones takes longer."""

_BUDGET_S: Final = 2.0
_MAX_ROUNDS: Final = 20
_CPU_FACTS: Final = Path("/proc/cpuinfo")

Stages = Mapping[str, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class StageSpeed:
    """The median time of one stage, in milliseconds, over so many runs."""

    name: str
    median_ms: float
    runs: int


@dataclass(frozen=True, slots=True)
class Speed:
    """What a measurement found. threads: that one stage may use."""

    machine: str
    threads: int
    stages: Sequence[StageSpeed]


@final
class SpeedTest:
    """Measures a loaded pipeline; a second measurement beside the first would spoil both."""

    def __init__(
        self,
        pipeline: FacePipeline,
        *,
        threads: int,
        clock_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Take the pipeline, how many threads its networks use, and a clock."""
        self._pipeline: Final = pipeline
        self._threads: Final = threads
        self._clock_s: Final = clock_s
        self._running: Final = threading.Lock()

    def run(self) -> Speed:
        """Measure for about two seconds; raise OverloadedError while another measurement runs."""
        if not self._running.acquire(blocking=False):
            raise OverloadedError("the speed is being measured: try again", round(_BUDGET_S))
        try:
            stages = time_stages(stages_of(self._pipeline), self._clock_s)
        finally:
            self._running.release()
        return Speed(machine_name(), self._threads, stages)


def stages_of(pipeline: FacePipeline) -> Stages:
    """Return the stages of a photo, each ready to run alone.

    On a picture without a face: a network's work does not depend on what it is shown.
    """
    pixels = np.random.default_rng(0).integers(0, 256, (_HEIGHT_PX // 8, _WIDTH_PX // 8, 3))
    picture = PIL.Image.fromarray(pixels.astype(np.uint8)).resize((_WIDTH_PX, _HEIGHT_PX))
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG")
    photo, image = encoded.getvalue(), Image(np.array(picture))
    search = Search(_SMALLEST_FACE_PX, largest_only=True)
    seen = Detection(_middle(image), score=1.0)
    stages: dict[str, Callable[[], object]] = {"decode": lambda: decode(photo, ImageLimits())}
    stages["detect"] = lambda: pipeline.detectors[0].detect(image, search)
    stages["landmarks"] = lambda: pipeline.landmarker.locate(image, seen)
    for embedder in pipeline.embedders:
        side = embedder.facts.frame.side_px
        chips = np.zeros((1, side, side, 3), np.uint8)
        stages[f"embed {embedder.facts.model.name}"] = partial(embedder.embed, chips)
    return stages


def time_stages(stages: Stages, clock_s: Callable[[], float]) -> list[StageSpeed]:
    """Return the median of each stage, over as many rounds as two seconds have room for.

    Interleaved, so that a busy moment of the machine falls on every stage alike.
    """
    times_s: dict[str, list[float]] = {name: [] for name in stages}
    began_s = round_began_s = clock_s()
    for round_number in range(_MAX_ROUNDS + 1):
        for name, stage in stages.items():
            started_s = clock_s()
            stage()
            if round_number:  # the first warms up
                times_s[name].append(clock_s() - started_s)
        now_s = clock_s()
        has_room = now_s - began_s + (now_s - round_began_s) <= _BUDGET_S
        if round_number and not has_room:
            break
        round_began_s = now_s
    return [
        StageSpeed(name, 1000 * statistics.median(times), len(times))
        for name, times in times_s.items()
    ]


def machine_name() -> str:
    """Return the processor's name and how many cores there are."""
    return f"{_processor()}, {os.cpu_count()} cores"


def _processor() -> str:
    try:
        lines = _CPU_FACTS.read_text("utf-8").splitlines()
    except OSError:  # only Linux has it
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _middle(image: Image) -> Box:
    return Box(image.width / 3, image.height / 4, image.width * 2 / 3, image.height * 3 / 4)
