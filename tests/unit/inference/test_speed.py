"""How stages are timed; the stages themselves are a loaded pack's."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from mien.errors import OverloadedError
from mien.inference.pipeline import FacePipeline
from mien.inference.speed import SpeedTest, machine_name, stages_of, time_stages


class Hours:
    """A clock that stages move on."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s

    def stage(self, *takes_s: float) -> Callable[[], object]:
        """Return a stage that takes these times, one after another, and then the last one."""
        left = list(takes_s)

        def run() -> None:
            self.now_s += left.pop(0) if len(left) > 1 else left[0]

        return run


def test_the_median_leaves_the_warm_up_and_a_busy_moment_out() -> None:
    clock = Hours()
    stages = {"decode": clock.stage(0.5, 0.004), "detect": clock.stage(0.01, 0.02, 0.3, 0.02)}
    decode, detect = time_stages(stages, clock)
    assert (decode.name, detect.name) == ("decode", "detect")
    assert decode.median_ms == pytest.approx(4)
    assert detect.median_ms == pytest.approx(20)
    assert decode.runs == detect.runs == 20


def test_a_slow_machine_is_measured_once_and_no_longer_than_that_takes() -> None:
    clock = Hours()
    (slow,) = time_stages({"detect": clock.stage(3.0)}, clock)
    assert slow.median_ms == pytest.approx(3000)
    assert slow.runs == 1


def test_no_round_is_begun_that_two_seconds_have_no_room_for() -> None:
    clock = Hours()
    (stage,) = time_stages({"detect": clock.stage(0.3)}, clock)
    assert clock.now_s - 100 <= 2.0
    assert stage.runs == 5


def test_every_stage_of_a_loaded_pack_is_timed(pipeline: FacePipeline) -> None:
    stages = stages_of(pipeline)
    assert list(stages) == ["decode", "detect", "landmarks", "embed resnet29"]
    speed = SpeedTest(pipeline, threads=1).run()
    assert [stage.name for stage in speed.stages] == list(stages)
    assert all(stage.median_ms > 0 and stage.runs >= 1 for stage in speed.stages)
    assert speed.machine == machine_name()


def test_two_measurements_at_a_time_would_spoil_each_other(pipeline: FacePipeline) -> None:
    inside, leave = threading.Event(), threading.Event()

    def waiting_clock() -> float:
        inside.set()
        assert leave.wait(30)
        return 0.0

    test = SpeedTest(pipeline, threads=1, clock_s=waiting_clock)
    first = threading.Thread(target=test.run)
    first.start()
    assert inside.wait(30)
    with pytest.raises(OverloadedError):
        test.run()
    leave.set()
    first.join()
    test.run()
