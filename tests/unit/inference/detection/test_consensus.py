from __future__ import annotations

import numpy as np
import pytest

from mien.core.detection import Detection
from mien.core.geometry import Box
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.detection.consensus import merge_overlaps


def seen(left: float, score: float, side: float = 100.0) -> Detection:
    points = np.full((5, 2), left + 10, np.float32)
    marks = Landmarks(points, LandmarkScheme.EYES_NOSE_MOUTH_CORNERS)
    return Detection(Box(left, 0.0, left + side, side), score, marks)


def test_detections_that_agree_are_averaged_by_their_scores() -> None:
    (face,) = merge_overlaps([seen(0, 0.9), seen(10, 0.6), seen(20, 0.3)], min_face_px=1)

    place = (0 * 0.9 + 10 * 0.6 + 20 * 0.3) / 1.8
    assert face.score == 0.9
    assert face.box.left == pytest.approx(place)
    assert face.box.right == pytest.approx(place + 100)
    assert face.landmarks is not None
    np.testing.assert_allclose(face.landmarks.points, place + 10, rtol=1e-6)


def test_a_detection_that_overlaps_little_is_dropped_but_not_averaged() -> None:
    (face,) = merge_overlaps([seen(0, 0.9), seen(45, 0.8)], min_face_px=1)

    assert face.box.left == 0


def test_separate_faces_come_largest_first() -> None:
    small, large = seen(0, 0.9, side=50), seen(300, 0.7)

    assert [face.box for face in merge_overlaps([small, large], 1)] == [large.box, small.box]


def test_faces_smaller_than_wanted_are_left_out() -> None:
    assert merge_overlaps([seen(0, 0.9)], min_face_px=101) == ()


def test_without_landmarks_the_best_stays_as_it_is() -> None:
    best = Detection(Box(0, 0, 100, 100), 0.9)

    assert merge_overlaps([best, seen(10, 0.8)], min_face_px=1) == (best,)


def test_boxes_without_any_area_are_no_trouble() -> None:
    assert merge_overlaps([seen(0, 0.9, side=0)], min_face_px=1) == ()


def test_nothing_stays_nothing() -> None:
    assert merge_overlaps([], min_face_px=1) == ()
