from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.detection import DEFAULT_MIN_FACE_PX, Detection, Search, suppress_overlaps
from mien.core.geometry import Box
from mien.core.image import Image

squares = st.builds(
    Box.around,
    center_x=st.floats(0, 300),
    center_y=st.floats(0, 300),
    side=st.floats(20, 150),
)
crowds = st.lists(st.builds(Detection, squares, st.floats(-1, 5)), max_size=12)


def seen(x: float, *, side: float = 100, score: float = 1.0) -> Detection:
    return Detection(Box.around(x, 100, side), score)


def same_face(one: Box, other: Box) -> bool:
    """What suppression promises, said another way: half a box apart is two faces."""
    shared = one.intersection(other).area
    return one.intersection_over_union(other) > 0.3 or shared > 0.6 * min(one.area, other.area)


class TestSuppression:
    def test_of_several_views_of_one_face_the_surest_is_kept(self) -> None:
        surest = seen(104, score=3.0)

        assert suppress_overlaps([seen(100), surest, seen(96, score=2.0)]) == (surest,)

    def test_neighbors_that_touch_are_two_faces(self) -> None:
        assert len(suppress_overlaps([seen(100), seen(200)])) == 2

    def test_a_box_inside_another_is_the_same_face_however_much_smaller(self) -> None:
        whole, part = seen(100, side=200, score=2.0), seen(110, side=60)

        assert whole.box.intersection_over_union(part.box) < 0.3
        assert suppress_overlaps([whole, part]) == (whole,)

    @given(crowds)
    def test_no_two_that_are_kept_are_the_same_face(self, crowd: list[Detection]) -> None:
        kept = suppress_overlaps(crowd)

        for index, one in enumerate(kept):
            assert not any(same_face(one.box, other.box) for other in kept[index + 1 :])

    @given(crowds)
    def test_whatever_is_dropped_is_a_weaker_view_of_something_kept(
        self, crowd: list[Detection]
    ) -> None:
        kept = suppress_overlaps(crowd)

        assert set(kept) <= set(crowd)
        for dropped in set(crowd) - set(kept):
            assert any(
                same_face(dropped.box, other.box) and other.score >= dropped.score for other in kept
            )

    @given(crowds)
    def test_suppressing_again_changes_nothing(self, crowd: list[Detection]) -> None:
        once = suppress_overlaps(crowd)

        assert suppress_overlaps(once) == once


class TestSearch:
    def test_a_search_for_everyone_is_never_satisfied_early(self) -> None:
        assert not Search().is_satisfied([seen(100, side=500)], largest_left_px=1)

    def test_a_search_for_the_largest_goes_on_until_one_is_found(self) -> None:
        assert not Search(largest_only=True).is_satisfied([], largest_left_px=1)

    def test_it_ends_once_no_face_left_could_be_larger(self) -> None:
        search, found = Search(largest_only=True), [seen(50, side=60), seen(100, side=150)]

        assert not search.is_satisfied(found, largest_left_px=150)
        assert search.is_satisfied(found, largest_left_px=149)

    @pytest.mark.parametrize(
        ("width", "height", "smallest"), [(640, 480, 40), (2000, 100, 40), (4000, 3000, 80)]
    )
    def test_in_very_large_images_everyone_is_somebody_of_a_fiftieth_of_its_side(
        self, width: int, height: int, smallest: float
    ) -> None:
        image = Image(np.zeros((height, width, 3), np.uint8))

        assert Search.everyone_in(image) == Search(min_face_px=smallest)
        assert smallest >= DEFAULT_MIN_FACE_PX
