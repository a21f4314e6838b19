from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from mien.core.detection import Search
from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.detection.mmod import MmodDetector
from mien.inference.runtime import Session

EVERYONE = Search(min_face_px=40)
THE_LARGEST = Search(min_face_px=40, largest_only=True)

ASTRONAUT_FACE = Box(180, 72, 263, 155)
GRACE_HOPPER_FACE = Box(190, 148, 342, 300)
"""Where the faces are, by eye: from the brow to the chin."""


class CountingSession:
    """Counts the pixels that are fed to a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.fed_px = 0

    def run(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
        self.fed_px += values.size // 3
        return self._session.run(values)


@pytest.fixture(scope="module")
def session(models: Mapping[str, Path]) -> Session:
    return Session(models["mmod"], threads=2)


@pytest.fixture(scope="module")
def detector(session: Session) -> MmodDetector:
    return MmodDetector(session)


def head(photo: Pixels, face: Box, width: float) -> Pixels:
    """Cut out a head with its surroundings, its face scaled to *width* pixels."""
    (x, y), reach = face.center, 0.9 * face.width
    cut = photo[int(y - reach) : int(y + reach), int(x - reach) : int(x + reach)]
    side = round(len(cut) * width / face.width)
    return np.asarray(cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def group_photo(heads: list[Pixels], *, width: int = 1280, height: int = 960) -> Pixels:
    """Paste heads in three rows of four, none quite in line, onto a plain wall."""
    rng = np.random.default_rng(7)
    photo = np.full((height, width, 3), (131, 128, 122), np.uint8)
    for index, pasted in enumerate(heads):
        left = 60 + index % 4 * 300 + int(rng.integers(0, 60))
        top = 60 + index // 4 * 300 + int(rng.integers(0, 60))
        photo[top : top + len(pasted), left : left + len(pasted)] = pasted
    return photo


def places_of(heads: list[Pixels], photo: Pixels) -> list[Box]:
    """Return where the heads' faces are in a group photo."""
    places = []
    for pasted in heads:
        match = cv2.matchTemplate(photo, pasted, cv2.TM_SQDIFF)
        _, _, (left, top), _ = cv2.minMaxLoc(match)
        center = len(pasted) / 2
        places.append(Box.around(left + center, top + center, len(pasted) / 1.8))
    return places


class TestFinding:
    def test_the_face_of_a_portrait_is_found(
        self, detector: MmodDetector, astronaut: Pixels, grace_hopper: Pixels
    ) -> None:
        for photo, face in ((astronaut, ASTRONAUT_FACE), (grace_hopper, GRACE_HOPPER_FACE)):
            (found,) = detector.detect(Image(photo), THE_LARGEST)

            assert found.box.intersection_over_union(face) > 0.5

    @pytest.mark.parametrize("exposure", [0.5, 0.3, 0.15])
    def test_it_is_found_in_the_dark(
        self, detector: MmodDetector, astronaut: Pixels, exposure: float
    ) -> None:
        dark = (astronaut * exposure).astype(np.uint8)

        (found,) = detector.detect(Image(dark), THE_LARGEST)

        assert found.box.intersection_over_union(ASTRONAUT_FACE) > 0.5

    def test_everybody_in_a_group_photo_is_found(
        self, detector: MmodDetector, astronaut: Pixels, grace_hopper: Pixels
    ) -> None:
        people = [(astronaut, ASTRONAUT_FACE), (grace_hopper, GRACE_HOPPER_FACE)]
        heads = [head(*people[n % 2], width) for n, width in enumerate(np.linspace(40, 60, 12))]
        photo = group_photo(heads)

        found = detector.detect(Image(photo), EVERYONE)

        assert len(found) == 12
        for place in places_of(heads, photo):
            assert max(place.intersection_over_union(face.box) for face in found) > 0.4

    def test_faces_are_listed_from_the_largest_to_the_smallest(
        self, detector: MmodDetector, astronaut: Pixels
    ) -> None:
        heads = [head(astronaut, ASTRONAUT_FACE, width) for width in (60, 110, 80)]

        found = detector.detect(Image(group_photo(heads, height=480)), EVERYONE)

        widths = [face.box.width for face in found]
        assert widths == sorted(widths, reverse=True)
        assert widths == pytest.approx([110, 80, 60], rel=0.3)

    @pytest.mark.parametrize(
        "pixels",
        [
            pytest.param(np.zeros((480, 640, 3), np.uint8), id="black"),
            pytest.param(np.full((480, 640, 3), 255, np.uint8), id="white"),
            pytest.param(
                np.random.default_rng(3).integers(0, 256, (480, 640, 3), dtype=np.uint8),
                id="noise",
            ),
        ],
    )
    def test_where_nobody_is_nobody_is_found(self, detector: MmodDetector, pixels: Pixels) -> None:
        assert detector.detect(Image(pixels), EVERYONE) == ()

    @pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (28, 28), (41, 41), (79, 300)])
    def test_an_image_of_any_shape_can_be_searched(
        self, detector: MmodDetector, shape: tuple[int, int]
    ) -> None:
        pixels = np.full((*shape, 3), 90, np.uint8)

        assert detector.detect(Image(pixels), Search(min_face_px=20)) == ()

    def test_faces_smaller_than_asked_for_are_left_out(
        self, detector: MmodDetector, astronaut: Pixels
    ) -> None:
        assert detector.detect(Image(astronaut), Search(min_face_px=160)) == ()


class TestCost:
    def fed_px(self, session: Session, photo: Pixels, search: Search) -> int:
        counting = CountingSession(session)
        MmodDetector(cast("Session", counting)).detect(Image(photo), search)
        return counting.fed_px

    def test_a_selfie_does_not_pay_for_the_scales_of_a_crowd(
        self, session: Session, grace_hopper: Pixels
    ) -> None:
        selfie = self.fed_px(session, grace_hopper, THE_LARGEST)

        assert selfie < self.fed_px(session, grace_hopper, EVERYONE) / 10
        assert selfie < 2 * grace_hopper.size / 3

    def test_the_nearer_the_face_the_less_is_looked_at(
        self, session: Session, grace_hopper: Pixels
    ) -> None:
        near = self.fed_px(session, grace_hopper[80:380, 110:420], THE_LARGEST)

        assert near < self.fed_px(session, grace_hopper, THE_LARGEST)

    def test_the_smaller_the_faces_asked_for_the_more_is_looked_at(self, session: Session) -> None:
        plain = np.full((480, 640, 3), 127, np.uint8)

        fed = [self.fed_px(session, plain, Search(min_face_px=px)) for px in (320, 160, 80, 40)]

        assert fed == sorted(fed)


class TestTiles:
    """A large level is scored in tiles, which is to be seen in nothing but memory."""

    @pytest.mark.parametrize(
        "shape",
        [
            pytest.param((768, 80), id="one tile"),
            pytest.param((872, 80), id="the tallest single tile"),
            pytest.param((873, 80), id="just more than one tile"),
            pytest.param((1003, 120), id="two"),
            pytest.param((2451, 80), id="four"),
            pytest.param((80, 3176), id="the widest single tile"),
            pytest.param((80, 3177), id="just wider than one tile"),
            pytest.param((960, 3300), id="two by two"),
        ],
    )
    def test_the_scores_are_those_of_the_whole(
        self, session: Session, detector: MmodDetector, shape: tuple[int, int]
    ) -> None:
        level = np.random.default_rng(5).integers(0, 256, (*shape, 3), dtype=np.uint8)

        tiled, whole = detector._scores(level), session.run(level[None])[0, 0]

        assert tiled.shape == whole.shape
        np.testing.assert_allclose(tiled, whole, atol=1e-4)

    def test_no_tile_is_much_larger_than_its_share(self, session: Session) -> None:
        largest = 0

        class Watching(CountingSession):
            def run(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
                nonlocal largest
                largest = max(largest, values.size // 3)
                return super().run(values)

        watched = MmodDetector(cast("Session", Watching(session)))
        watched._scores(np.zeros((80, 20_000, 3), np.uint8))
        assert largest <= 80 * (3072 + 2 * 104)

        largest = 0
        watched._scores(np.zeros((6_000, 160, 3), np.uint8))
        assert largest <= (768 + 2 * 104) * 160

    def test_a_face_on_the_seam_of_two_tiles_is_found(
        self, detector: MmodDetector, astronaut: Pixels
    ) -> None:
        strip = np.full((1400, 400, 3), 127, np.uint8)
        pasted = head(astronaut, ASTRONAUT_FACE, 80)
        middle = 768  # at this size the level is the strip itself
        strip[middle - 72 : middle + 72, 128:272] = pasted[:144, :144]

        (found,) = detector.detect(Image(strip), Search(min_face_px=60))

        assert found.box.intersection_over_union(Box.around(200, middle, 80)) > 0.5
