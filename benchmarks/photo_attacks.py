"""Photos held into live sessions: how many pass, whatever is done with them.

python -m benchmarks.photo_attacks ../shared/data/replay_attack_dev

Each photo is an attack, also those of living people. An attacker holds it in a hand that is never
still and, at every demand, does what can be done with a photo: tilts it the way that is asked
for, nods it, brings it closer, or waits.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from rich.progress import track

from benchmarks.measure import Json, Surroundings, argument_parser, finish, show_table
from mien.bootstrap.liveness import LivenessModels
from mien.bootstrap.recognition import Recognition, choose
from mien.core.image import ImageLimits, Pixels
from mien.core.live.challenge import Challenge, Phase, Plan
from mien.core.live.channel import Channel, Stamp
from mien.core.live.demands import Demand
from mien.core.live.motion import Motion
from mien.core.live.run import LiveRun
from mien.core.liveness import LivenessPolicy
from mien.errors import ModelMissingError
from mien.evaluation.metrics import estimate_proportion
from mien.inference.decoding import decode
from mien.service.live.frames import Frame, FrameReader
from mien.settings import Settings

_WIDTH, _HEIGHT = 640, 480
_PHOTO_PX: Final = 220
_FRAMES_PER_S: Final = 8
_LONGEST_S: Final = 30
_TILT_DEG: Final = 35.0

_TILTS: Final = {
    Demand.TURN_LEFT: (0.0, _TILT_DEG, 1.0),
    Demand.TURN_RIGHT: (0.0, -_TILT_DEG, 1.0),
    Demand.LOOK_UP: (_TILT_DEG, 0.0, 1.0),
    Demand.LOOK_DOWN: (-_TILT_DEG, 0.0, 1.0),
    Demand.COME_CLOSER: (0.0, 0.0, 1.45),
}
"""Around the horizontal and the vertical axis, in degrees, and how much closer."""


@dataclass
class Hand:
    """Holds a photo before a gray wall. pose: the tilts and the nearness that it has come to."""

    photo: Pixels
    rng: np.random.Generator
    pose: tuple[float, float, float] = (0.0, 0.0, 1.0)
    drift: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def frame(self, demand: Demand | None) -> bytes:
        """Move on by one frame and return what the camera sees, as JPEG."""
        wanted = (0.0, 0.0, 1.0) if demand is None else _TILTS.get(demand, (0.0, 0.0, 1.0))
        # Half a second to get there: nobody moves a photo in one frame.
        self.pose = tuple(a + 0.3 * (b - a) for a, b in zip(self.pose, wanted, strict=True))  # type: ignore[assignment]  # three of three
        self.drift = [0.9 * value + self.rng.normal(0, 1.5) for value in self.drift]
        seen = cv2.warpPerspective(
            self.photo,
            self._projection(),
            (_WIDTH, _HEIGHT),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(128, 128, 128),
        )
        noisy = seen + self.rng.normal(0, 2.0, seen.shape)
        lit = np.clip(noisy * self.rng.normal(1, 0.01), 0, 255).astype(np.uint8)
        return bytes(cv2.imencode(".jpg", lit[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])[1])

    def _projection(self) -> np.typing.NDArray[np.float64]:
        """Return the homography of a flat photo that is turned and moved before a camera."""
        height, width = self.photo.shape[:2]
        up, aside, near = self.pose
        turn, _ = cv2.Rodrigues(np.radians([up, aside, self.rng.normal(0, 0.5)]))
        focal, scale = float(_WIDTH), _PHOTO_PX / max(height, width)
        away = focal / near
        camera = np.array([[focal, 0, _WIDTH / 2], [0, focal, _HEIGHT / 2], [0, 0, 1]])
        plane = np.column_stack(
            [scale * turn[:, 0], scale * turn[:, 1], [self.drift[0], self.drift[1], away]]
        )
        centered = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
        return np.asarray(camera @ plane @ centered, dtype=np.float64)


def attack(photo: Pixels, make_reader: partial[FrameReader], seed: int) -> LiveRun:
    """Hold one photo into one session until that is over."""
    challenge = Challenge(Plan.draw(random.Random(seed)), 0.0)
    channel = Channel(lambda: f"{random.getrandbits(64):x}")
    run = LiveRun(LivenessPolicy.BOTH, channel, Motion(), challenge, random.Random(1))
    reader, rng = make_reader(run), np.random.default_rng(seed)
    hand, told = Hand(photo, rng), run.progress()
    for number in range(_FRAMES_PER_S * _LONGEST_S):
        at_s = number / _FRAMES_PER_S
        stamp = Stamp(channel.issue(at_s), at_s + abs(rng.normal(0, 1e-3)))
        told = reader.read(Frame(hand.frame(told.demand), stamp, at_s))
        if run.is_over:
            break
    return run


def readers(settings: Settings) -> partial[FrameReader]:
    """Return what makes the reader of a session."""
    recognition = Recognition.load(settings, choose(settings), threads=1)
    models = LivenessModels.load(settings, recognition.pipeline, threads=1)
    if models.tracker is None:
        raise ModelMissingError("first run  mien models pull liveness")
    return partial(
        FrameReader,
        decode=partial(decode, limits=ImageLimits()),
        tracker=models.tracker,
        analyzer=recognition.pipeline,
        matcher=recognition.matcher,
        calibration=recognition.calibration,
        limits=settings.quality.limits(),
        attacks=models.attacks,
    )


def main() -> None:
    """Attack with every photo of a folder."""
    parser = argument_parser("Photos held into live sessions.")
    parser.add_argument("folder", type=Path, help="folders of photos, one for each source")
    parser.add_argument("--every", type=int, default=1, help="take each n-th photo")
    options = parser.parse_args()
    surroundings, make_reader = Surroundings(), readers(Settings())
    runs: list[tuple[str, LiveRun]] = []
    photos = sorted(options.folder.glob("*/*.jpg"))[:: options.every]
    for seed, path in enumerate(track(photos, "attacking")):
        photo = decode(path.read_bytes(), ImageLimits()).pixels
        runs.append((path.parent.name, attack(photo, make_reader, seed)))
    rows: list[list[str]] = []
    report: dict[str, Mapping[str, Json]] = {}
    for source in [*sorted({name for name, _ in runs}), "all"]:
        summary = summarize([run for name, run in runs if source in {name, "all"}])
        rows.append([source, *(str(value) for value in summary.values())])
        report[source] = summary
    show_table("photos held into live sessions", ["source", *report["all"]], rows)
    finish(
        "photo_attacks",
        report,
        surroundings=surroundings,
        packages=["onnxruntime", "opencv-python-headless"],
        json_file=options.json,
    )


def summarize(runs: Sequence[LiveRun]) -> Mapping[str, Json]:
    """Return what became of sessions."""
    passed = sum(run.liveness().accepted for run in runs)
    rate = estimate_proportion(passed, len(runs))
    challenges = [run.challenge for run in runs if run.challenge is not None]
    answered = Counter(str(answer.demand) for one in challenges for answer in one.answers)
    ends = Counter(str(run.failure or "passed") for run in runs)
    return {
        "photos": len(runs),
        "passed the challenge": sum(one.phase is Phase.PASSED for one in challenges),
        "APCER, % (95 %)": f"{100 * rate.value:.2f} ({100 * rate.low:.2f}-{100 * rate.high:.2f})",
        "demands answered": ", ".join(f"{name} {count}" for name, count in answered.most_common()),
        "how it ended": ", ".join(f"{name} {count}" for name, count in ends.most_common()),
    }


if __name__ == "__main__":
    main()
