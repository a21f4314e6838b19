from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.live.channel import Channel, ChannelFault, Stamp
from mien.core.liveness import CheckName


class Camera:
    """A sender of frames: each is another picture, at a time of its own, with a jitter."""

    def __init__(self, seed: int = 0, clock_s: float = 1e6) -> None:
        numbers = itertools.count()
        self.channel = Channel(lambda: f"nonce {next(numbers)}")
        self.nonce = self.channel.issue(0.0)
        self.now_s = 0.0
        self._pictures = itertools.count()
        self._clock_s = clock_s
        self._rng = np.random.default_rng(seed)

    def wait(self, for_s: float = 1 / 15, jitter_s: float = 0.002) -> None:
        self.now_s += for_s + float(self._rng.normal(0, jitter_s))

    def send(
        self,
        *,
        nonce: str | None = None,
        picture: bytes | None = None,
        captured_s: float | None = None,
        delayed_s: float = 0.02,
    ) -> bool:
        """Send a frame; the answer brings the next nonce."""
        stamp = Stamp(
            self.nonce if nonce is None else nonce,
            self._clock_s + self.now_s if captured_s is None else captured_s,
        )
        digest = next(self._pictures).to_bytes(16) if picture is None else picture
        taken = self.channel.accept(stamp, digest, self.now_s + delayed_s)
        self.nonce = self.channel.issue(self.now_s + delayed_s)
        return taken

    def run(self, frames: int) -> None:
        for _ in range(frames):
            self.wait()
            assert self.send()


@given(seed=st.integers(0, 2**32), clock_s=st.floats(-1e9, 1e9))
def test_a_camera_that_runs_now_has_no_fault_wherever_its_clock_starts(
    seed: int, clock_s: float
) -> None:
    camera = Camera(seed, clock_s)
    camera.run(100)

    check = camera.channel.check()
    assert check.passed
    assert check.name is CheckName.CHANNEL
    assert check.parts == {"frames": 100, "late": 0}


def test_a_stream_without_a_frame_was_not_checked() -> None:
    check = Camera().channel.check()

    assert check.score is None
    assert not check.passed


def test_a_nonce_that_was_never_sent_is_a_fault() -> None:
    camera = Camera()

    assert not camera.send(nonce="a guess")
    assert camera.channel.fault is ChannelFault.NONCE_UNKNOWN


def test_a_nonce_of_long_ago_is_forgotten() -> None:
    camera = Camera()
    old = camera.nonce
    camera.run(70)
    camera.wait()

    assert not camera.send(nonce=old)
    assert camera.channel.fault is ChannelFault.NONCE_UNKNOWN


def test_several_frames_may_carry_the_same_newest_nonce() -> None:
    """They were on their way when the next one was sent."""
    camera = Camera()
    nonce = camera.nonce
    for _ in range(4):
        camera.wait()
        assert camera.send(nonce=nonce)


def test_an_older_nonce_than_the_one_before_is_a_fault() -> None:
    camera = Camera()
    older = camera.nonce
    camera.run(2)
    camera.wait()

    assert not camera.send(nonce=older)
    assert camera.channel.fault is ChannelFault.REORDERED


@pytest.mark.parametrize("back_s", [0.0, 0.5])
def test_a_camera_whose_time_stands_still_or_runs_backwards_is_a_fault(back_s: float) -> None:
    camera = Camera()
    camera.wait()
    camera.send(captured_s=10.0)
    camera.wait()

    assert not camera.send(captured_s=10.0 - back_s)
    assert camera.channel.fault is ChannelFault.REORDERED


def test_the_same_picture_twice_is_a_fault() -> None:
    camera = Camera()
    camera.wait()
    camera.send(picture=b"a")
    camera.run(30)
    camera.wait()

    assert not camera.send(picture=b"a")
    assert camera.channel.fault is ChannelFault.REPEATED


def test_frames_that_are_counted_rather_than_taken_are_a_fault() -> None:
    camera = Camera()
    for number in range(30):
        camera.wait(jitter_s=0.0)
        camera.send(captured_s=number / 15)

    assert camera.channel.fault is ChannelFault.TOO_REGULAR


def test_twenty_intervals_are_needed_to_call_a_camera_too_regular() -> None:
    camera = Camera()
    for number in range(20):
        camera.wait(jitter_s=0.0)
        assert camera.send(captured_s=number / 15)


def test_one_frame_that_is_late_is_left_out() -> None:
    camera = Camera()
    camera.run(20)
    camera.wait(0.5)

    assert not camera.send(delayed_s=2.1)
    assert camera.channel.fault is ChannelFault.CLOCKS_DISAGREE


def test_a_frame_that_answers_an_old_nonce_is_left_out_and_the_stream_goes_on() -> None:
    camera = Camera()
    camera.run(20)
    # The nonce is from before; nothing was received for two seconds.
    camera.wait(2.2)

    assert not camera.send()
    assert camera.channel.fault is None
    camera.run(5)
    assert camera.channel.check().parts["late"] == 1


def test_a_stream_of_which_much_is_late_is_a_fault() -> None:
    camera = Camera()
    for _ in range(12):
        camera.wait(2.2)
        camera.send()

    assert camera.channel.fault is ChannelFault.TOO_LATE


@pytest.mark.parametrize("pace", [0.5, 2.0])
def test_a_clock_that_runs_at_another_pace_is_a_fault(pace: float) -> None:
    """Such as that of a recording that is slowed down until the right moment."""
    camera = Camera()
    for _ in range(100):
        camera.wait()
        camera.send(captured_s=pace * camera.now_s)

    assert camera.channel.fault is ChannelFault.CLOCKS_DISAGREE


@pytest.mark.parametrize("captured_s", [float("nan"), float("inf"), -float("inf")])
def test_a_time_that_is_no_number_is_a_fault(captured_s: float) -> None:
    camera = Camera()

    assert not camera.send(captured_s=captured_s)
    assert camera.channel.fault is not None


def test_a_fault_stays() -> None:
    camera = Camera()
    camera.run(30)
    camera.send(nonce="a guess")
    camera.wait()

    assert not camera.send()
    assert camera.channel.fault is ChannelFault.NONCE_UNKNOWN
    assert camera.channel.check().score == 0.0


def test_no_more_nonces_are_remembered_than_can_be_used() -> None:
    camera = Camera()
    for _ in range(10_000):
        camera.channel.issue(0.0)

    assert len(camera.channel._issued) == 64
