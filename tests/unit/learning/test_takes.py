from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.face_mesh import FaceMesh
from mien.core.image import Image
from mien.core.live.motion import Motion
from mien.core.live.reading import Reading
from mien.core.pose import HeadPose
from mien.errors import ImageUnreadableError, InvalidRequestError
from mien.learning.clips import read_clip
from mien.learning.takes import GENUINE, Take, cut_out, made_attacks, read_folder
from tests.meshes import Look, mesh_of
from tests.people import Person, moments

SPECIES = {"still photo", "replay with a cut", "face swap", "loop"}


def filmed(clip: str, seed: int = 0, for_s: float = 12.0) -> Take:
    rng = np.random.default_rng(seed)
    person, readings = Person(rng), []
    for at_s in moments(rng, 15.0):
        if at_s > for_s:
            break
        reading = person.reading(at_s, None)
        readings.append(reading)
    return Take(clip, GENUINE, readings)


TAKE, OTHER = filmed("a"), filmed("b", 1)


def times(readings: Sequence[Reading]) -> list[float]:
    return [reading.at_s for reading in readings]


@given(seed=st.integers(0, 10_000))
def test_a_part_of_a_take_is_a_session_of_some_seconds(seed: int) -> None:
    part = cut_out(TAKE, np.random.default_rng(seed))

    assert 24 <= len(part.readings) <= 15 * 9
    first = TAKE.readings.index(part.readings[0])
    assert list(part.readings) == list(TAKE.readings[first : first + len(part.readings)])


def test_a_take_that_is_shorter_than_a_session_is_taken_as_it_is() -> None:
    short = filmed("short", for_s=2.0)

    assert len(cut_out(short, np.random.default_rng(1)).readings) >= 24


@given(seed=st.integers(0, 1000))
def test_every_attack_that_is_made_is_of_its_clip_and_runs_forward_in_time(seed: int) -> None:
    made = list(made_attacks(TAKE, [OTHER], np.random.default_rng(seed)))

    assert {take.species for take in made} == SPECIES
    assert {take.clip for take in made} == {"a"}
    for take in made:
        assert not take.is_genuine
        assert all(b > a for a, b in itertools.pairwise(times(take.readings)))
        gaps = np.diff(times(take.readings))
        assert gaps.max() < 0.2


def test_a_still_photo_keeps_its_expression_and_moves_as_a_whole() -> None:
    made = {take.species: take for take in made_attacks(TAKE, [OTHER], np.random.default_rng(3))}
    readings = made["still photo"].readings

    assert np.std([reading.mouth for reading in readings]) < 0.02
    assert len({reading.pose.yaw_deg for reading in readings}) == len(readings)


def test_a_loop_comes_back_to_where_it_began() -> None:
    made = {take.species: take for take in made_attacks(TAKE, [OTHER], np.random.default_rng(3))}
    meshes = [reading.mesh.points.tobytes() for reading in made["loop"].readings]

    assert len(set(meshes)) <= len(meshes) / 2


class Finder:
    """Follows a face that is wherever anything is bright."""

    def track(self, image: Image, before: FaceMesh | None) -> tuple[FaceMesh, HeadPose] | None:
        del before
        brightness = float(image.pixels.mean())
        if brightness < 20:
            return None
        return mesh_of(Look()), HeadPose(brightness, 0.0, 0.0, 50.0)


def write_clip(path: Path, levels: Sequence[int], fps: float = 30.0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fourcc = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), fourcc, fps, (64, 48))
    for level in levels:
        writer.write(np.full((48, 64, 3), level, np.uint8))
    writer.release()


def test_a_clip_is_read_at_fifteen_frames_a_second_by_its_own_time(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.avi", [100] * 60)

    readings = read_clip(tmp_path / "clip.avi", Finder())

    assert len(readings) == 30
    assert np.diff(times(readings)) == pytest.approx(np.full(29, 1 / 15), abs=1e-3)


def test_frames_without_a_face_are_left_out_and_time_goes_on(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.avi", [100] * 30 + [0] * 30 + [200] * 30)

    readings = read_clip(tmp_path / "clip.avi", Finder())

    assert len(readings) == 30
    assert max(np.diff(times(readings))) == pytest.approx(1.0 + 1 / 15, abs=0.01)
    assert readings[-1].pose.yaw_deg == pytest.approx(200, abs=5)


def test_now_and_then_a_face_is_compared(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.avi", [100] * 90)
    compared = []

    def likeness(image: Image) -> float:
        compared.append(image)
        return 4.0

    readings = read_clip(tmp_path / "clip.avi", Finder(), likeness)

    assert len(compared) == sum(reading.likeness == 4.0 for reading in readings)
    assert 4 <= len(compared) <= 6


def test_what_is_no_video_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_text("no video")

    with pytest.raises(ImageUnreadableError, match=r"clip\.mp4"):
        read_clip(tmp_path / "clip.mp4", Finder())


def test_a_folder_is_read_by_class(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_clip(tmp_path / "genuine" / f"{name}.avi", [100] * 60)
    write_clip(tmp_path / "attack" / "mask" / "d.avi", [100] * 60)
    write_clip(tmp_path / "attack" / "mask" / "short.avi", [100] * 10)
    (tmp_path / "attack" / "mask" / "notes.txt").write_text("not a clip")
    progress: list[tuple[int, int]] = []

    takes = read_folder(
        tmp_path, Finder(), lambda: lambda _: None, lambda done, of: progress.append((done, of))
    )

    assert [(take.clip, take.species) for take in takes] == [
        ("genuine/a.avi", GENUINE),
        ("genuine/b.avi", GENUINE),
        ("genuine/c.avi", GENUINE),
        ("mask/d.avi", "mask"),
    ]
    assert progress[-1] == (5, 5)


def test_a_folder_without_people_is_refused(tmp_path: Path) -> None:
    write_clip(tmp_path / "genuine" / "a.avi", [100] * 60)

    with pytest.raises(InvalidRequestError, match="genuine/ with video files"):
        read_folder(tmp_path, Finder(), lambda: lambda _: None, lambda *_: None)


def test_people_who_are_cut_out_are_one_take_and_swaps_of_strangers_often_not() -> None:
    motion = Motion()
    for reading in cut_out(TAKE, np.random.default_rng(1)).readings:
        motion.observe(reading)

    assert motion.check().passed
