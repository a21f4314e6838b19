"""Filmed sessions for the temporal model, and attacks that are made out of genuine ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from mien.core.face_mesh import FaceMesh
from mien.core.geometry import Box
from mien.core.live.reading import Reading
from mien.core.ports import FaceTracker
from mien.core.pose import HeadPose
from mien.errors import InvalidRequestError
from mien.learning.clips import SUFFIXES, Likeness, read_clip

GENUINE: Final = "genuine"
LAYOUT: Final = (
    "genuine/ with video files of people in live sessions and, if there are any, "
    "attack/SPECIES/ with those of attacks"
)

_LEAST: Final = 24
"""Readings of a take: less says nothing about movement."""

_LENGTHS_S: Final = (3.0, 8.0)
_GAP_S: Final = 1 / 15
_LOOP_S: Final = (1.0, 2.0)

Progress = Callable[[int, int], None]
Readings = Sequence[Reading]


@dataclass(frozen=True, slots=True)
class Take:
    """One session. clip: the file that it was cut from. species: `GENUINE`, or of an attack."""

    clip: str
    species: str
    readings: Readings

    @property
    def is_genuine(self) -> bool:
        """Whether it shows a living person in front of the camera."""
        return self.species == GENUINE


def read_folder(
    folder: Path, tracker: FaceTracker, new_likeness: Callable[[], Likeness], progress: Progress
) -> list[Take]:
    """Read every clip of a folder whole; raise InvalidRequestError for another layout."""
    genuine, attacks = folder / GENUINE, folder / "attack"
    places = [(GENUINE, path) for path in _clips(genuine)]
    species = (
        sorted(path for path in attacks.iterdir() if path.is_dir()) if attacks.is_dir() else []
    )
    places += [(kind.name, path) for kind in species for path in _clips(kind)]
    if sum(kind == GENUINE for kind, _ in places) < 3:
        raise InvalidRequestError(f"{folder} holds fewer than three genuine clips: {LAYOUT}")
    takes = []
    for number, (kind, path) in enumerate(places, start=1):
        readings = read_clip(path, tracker, new_likeness())
        if len(readings) >= _LEAST:
            takes.append(Take(f"{kind}/{path.name}", kind, readings))
        progress(number, len(places))
    return takes


def _clips(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def cut_out(take: Take, rng: np.random.Generator) -> Take:
    """Return a part of a take, of a random length, that begins anywhere in it."""
    times = [reading.at_s for reading in take.readings]
    length_s = min(rng.uniform(*_LENGTHS_S), times[-1] - times[0])
    first = int(np.searchsorted(times, rng.uniform(times[0], times[-1] - length_s)))
    last = int(np.searchsorted(times, times[first] + length_s, side="right"))
    first = max(0, min(first, last - _LEAST))
    return replace(take, readings=take.readings[first : max(last, first + _LEAST)])


def made_attacks(take: Take, others: Sequence[Take], rng: np.random.Generator) -> Iterator[Take]:
    """Yield one attack of each species that can be made out of genuine takes.

    others: genuine takes of other clips, to swap faces with.
    """
    part = cut_out(take, rng).readings
    other = cut_out(others[int(rng.integers(len(others)))], rng).readings
    made: Mapping[str, Readings] = {
        "still photo": still_photo(part, rng),
        "replay with a cut": _join(part, cut_out(take, rng).readings, rng),
        "face swap": _join(part, _as_a_stranger(other, rng), rng),
        "loop": _loop(part, rng),
    }
    for species, readings in made.items():
        yield Take(take.clip, species, readings)


def still_photo(readings: Readings, rng: np.random.Generator) -> Readings:
    """Return one moment held in an unsteady hand, as long as the readings are."""
    shown = readings[int(rng.integers(len(readings)))]
    sway = [rng.uniform(0.01, 0.06, 6), rng.uniform(0.1, 0.8, 6), rng.uniform(0, 2 * np.pi, 6)]
    held = []
    for reading in readings:
        x, y, size, roll, tilt, nod = sway[0] * np.sin(
            2 * np.pi * sway[1] * reading.at_s + sway[2]
        ) + rng.normal(0, 0.001, 6)
        # What a network marks on a photo trembles as it does on a face.
        noise = rng.normal(0, 0.002 * shown.mesh.box.width, shown.mesh.points.shape)
        mesh = FaceMesh((shown.mesh.points + noise).astype(np.float32), shown.mesh.presence)
        pose = HeadPose(
            shown.pose.yaw_deg + 30 * tilt,
            shown.pose.pitch_deg + 30 * nod,
            shown.pose.roll_deg + float(np.degrees(roll)),
            shown.pose.distance * float(np.exp(size)),
        )
        box, width = shown.box, shown.box.width
        moved = Box(
            box.left + x * width, box.top + y * width, box.right + x * width, box.bottom + y * width
        )
        held.append(replace(reading, mesh=mesh, pose=pose, box=moved))
    return held


def _join(first: Readings, second: Readings, rng: np.random.Generator) -> Readings:
    """Return the beginning of one and the end of the other, with a frame's time between."""
    before = first[: _middle(len(first), rng)]
    after = second[_middle(len(second), rng) :]
    shift_s = before[-1].at_s + _GAP_S - after[0].at_s
    return [*before, *(replace(reading, at_s=reading.at_s + shift_s) for reading in after)]


def _middle(length: int, rng: np.random.Generator) -> int:
    return int(rng.integers(length // 3, 2 * length // 3 + 1))


def _as_a_stranger(readings: Readings, rng: np.random.Generator) -> Readings:
    """Return readings whose likeness is that of somebody else, as calibrated: 1 in 10 is 1."""
    return [
        reading
        if reading.likeness is None
        else replace(reading, likeness=float(rng.exponential(1 / np.log(10))))
        for reading in readings
    ]


def _loop(readings: Readings, rng: np.random.Generator) -> Readings:
    """Return a second or two of a take, again and again."""
    start_s, for_s = readings[0].at_s, rng.uniform(*_LOOP_S)
    shown = [reading for reading in readings if reading.at_s - start_s <= for_s]
    period_s = shown[-1].at_s - start_s + _GAP_S
    rounds = max(2, int((readings[-1].at_s - start_s) / period_s))
    return [
        replace(reading, at_s=reading.at_s + number * period_s)
        for number in range(rounds)
        for reading in shown
    ]
