from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mien.core.geometry import (
    Box,
    Points,
    SimilarityMatrix,
    apply_transform,
    similarity_transform,
)

pixels = st.floats(-2000, 2000, width=32)
point_sets = hnp.arrays(np.float32, (5, 2), elements=pixels)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, top = draw(st.floats(-5000, 5000)), draw(st.floats(-5000, 5000))
    width, height = draw(st.floats(0.5, 5000)), draw(st.floats(0.5, 5000))
    return Box(left, top, left + width, top + height)


@st.composite
def similarities(draw: st.DrawFn) -> SimilarityMatrix:
    angle, scale = draw(st.floats(-np.pi, np.pi)), draw(st.floats(0.05, 20))
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[c, -s, draw(st.floats(-1000, 1000))], [s, c, draw(st.floats(-1000, 1000))]])


class TestSimilarityTransform:
    @given(point_sets, similarities())
    def test_it_recovers_any_similarity(self, source: Points, truth: SimilarityMatrix) -> None:
        assume(source.std() > 10)
        target = apply_transform(truth, source)

        found = similarity_transform(source, target)

        np.testing.assert_allclose(found[:, :2], truth[:, :2], atol=1e-3)
        np.testing.assert_allclose(apply_transform(found, source), target, atol=0.1)

    @given(point_sets, point_sets)
    def test_it_never_mirrors(self, source: Points, target: Points) -> None:
        assume(source.std() > 1)

        assert np.linalg.det(similarity_transform(source, target)[:, :2]) >= 0

    @given(point_sets, point_sets, similarities())
    def test_no_other_similarity_fits_better(
        self, source: Points, target: Points, other: SimilarityMatrix
    ) -> None:
        assume(source.std() > 1)

        def error(matrix: SimilarityMatrix) -> float:
            mapped = source.astype(np.float64) @ matrix[:, :2].T + matrix[:, 2]
            return float(((mapped - target) ** 2).sum())

        best = similarity_transform(source, target)

        assert error(best) <= error(other) * (1 + 1e-9)
        assert error(best) <= error(best + 0.01 * other) * (1 + 1e-9)

    def test_points_that_coincide_have_no_similarity(self) -> None:
        same = np.full((5, 2), 7, np.float32)

        with pytest.raises(ValueError, match="differ"):
            similarity_transform(same, np.arange(10, dtype=np.float32).reshape(5, 2))


class TestBox:
    @given(pixels, pixels, st.floats(1, 1000))
    def test_a_square_around_a_point_has_it_as_its_center(
        self, x: float, y: float, side: float
    ) -> None:
        box = Box.around(x, y, side)

        assert box.center == pytest.approx((x, y), abs=1e-6)
        assert (box.width, box.height) == pytest.approx((side, side))

    @given(st.tuples(pixels, pixels, pixels, pixels))
    def test_no_side_is_ever_negative(self, edges: tuple[float, float, float, float]) -> None:
        box = Box(*edges)

        assert box.width >= 0
        assert box.height >= 0
        assert box.area >= 0

    @given(boxes(), boxes())
    def test_an_intersection_lies_in_both(self, one: Box, other: Box) -> None:
        shared = one.intersection(other)

        assert shared == other.intersection(one)
        assert shared.area <= min(one.area, other.area)

    @given(boxes(), boxes())
    def test_the_jaccard_overlap_is_a_symmetric_share(self, one: Box, other: Box) -> None:
        overlap = one.intersection_over_union(other)

        assert 0 <= overlap <= 1
        assert overlap == other.intersection_over_union(one)

    @given(boxes())
    def test_a_box_overlaps_itself_wholly_and_a_distant_one_not_at_all(self, box: Box) -> None:
        beside = Box(box.right, box.top, box.right + box.width, box.bottom)

        assert box.intersection_over_union(box) == 1
        assert box.intersection_over_union(beside) == 0

    def test_boxes_without_area_overlap_nothing(self) -> None:
        point = Box(3, 3, 3, 3)

        assert point.intersection_over_union(point) == 0
        assert point.share_inside(10, 10) == 0

    @pytest.mark.parametrize(
        ("box", "share"),
        [
            (Box(0, 0, 100, 50), 1.0),
            (Box(-50, 0, 50, 50), 0.5),
            (Box(50, 25, 150, 75), 0.25),
            (Box(200, 0, 300, 50), 0.0),
        ],
    )
    def test_the_share_inside_is_that_of_the_area(self, box: Box, share: float) -> None:
        assert box.share_inside(100, 50) == share

    @given(boxes(), st.integers(1, 4000), st.integers(1, 4000))
    def test_the_share_inside_is_a_share(self, box: Box, width: int, height: int) -> None:
        assert 0 <= box.share_inside(width, height) <= 1
