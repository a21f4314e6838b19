from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.detection import Detection
from mien.core.face import DOMINANCE, Face, dominant
from mien.core.geometry import Box
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.core.pose import Pose
from mien.core.quality import ADVICE, Quality, QualityLimits, QualityReason
from mien.errors import LowQualityError, MultipleFacesError, NoFaceError

widths = st.floats(20, 2000)


def face(width: float, *, score: float = 1.0) -> Detection:
    return Detection(Box.around(100, 100, width), score)


class TestDominance:
    def test_an_image_without_faces_has_no_dominant_one(self) -> None:
        with pytest.raises(NoFaceError):
            dominant([])

    def test_a_face_that_is_alone_dominates(self) -> None:
        alone = face(40)

        assert dominant([alone]) is alone

    def test_a_person_in_the_background_does_not_matter(self) -> None:
        near, far = face(200), face(100, score=9.0)

        assert dominant([far, near]) is near

    def test_two_faces_of_similar_size_are_never_guessed_between(self) -> None:
        with pytest.raises(MultipleFacesError):
            dominant([face(200), face(190)])

    def test_the_ratio_itself_is_enough(self) -> None:
        assert dominant([face(100), face(100 * 1.5)], ratio=1.5).box.width == pytest.approx(150)

    @given(st.lists(widths.map(face), min_size=1, max_size=8))
    def test_the_answer_is_wider_than_every_other_by_the_ratio(
        self, faces: list[Detection]
    ) -> None:
        try:
            chosen = dominant(faces)
        except MultipleFacesError:
            second, first = sorted(seen.box.width for seen in faces)[-2:]
            assert first < DOMINANCE * second
        else:
            others = [seen.box.width for seen in faces if seen is not chosen]
            assert all(chosen.box.width >= DOMINANCE * width for width in others)


def test_a_face_of_low_quality_says_every_reason_and_what_to_do() -> None:
    poor = Quality(
        sharpness=1,
        brightness=5,
        contrast=40,
        face_px=120,
        pose=Pose(roll_deg=0, yaw=0, pitch=0),
        visible_share=1,
    )
    seen = Face(
        box=Box(0, 0, 120, 120),
        score=1.0,
        landmarks=Landmarks(np.zeros((5, 2), np.float32), LandmarkScheme.EYE_CORNERS_NOSE_BASE),
        quality=poor,
        chips=(np.zeros((150, 150, 3), np.uint8),),
    )

    with pytest.raises(LowQualityError) as refused:
        seen.require_quality(QualityLimits())

    assert refused.value.reasons == (QualityReason.BLURRED, QualityReason.TOO_DARK)
    for reason in refused.value.reasons:
        assert ADVICE[QualityReason(reason)] in str(refused.value)
