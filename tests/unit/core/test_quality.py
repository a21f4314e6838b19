from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.core.pose import Pose
from mien.core.quality import (
    ADVICE,
    Quality,
    QualityLimits,
    QualityReason,
    measure_quality,
)

LIMITS = QualityLimits()
LEVEL = Pose(roll_deg=0, yaw=0, pitch=0)
FACE_BOX = Box(170, 60, 280, 170)

GOOD = Quality(
    sharpness=200,
    brightness=130,
    contrast=45,
    face_px=150,
    pose=LEVEL,
    visible_share=1,
)

qualities = st.builds(
    Quality,
    sharpness=st.floats(0, 1e5),
    brightness=st.floats(0, 255),
    contrast=st.floats(0, 128),
    face_px=st.floats(0, 5000),
    pose=st.builds(
        Pose, roll_deg=st.floats(-180, 180), yaw=st.floats(-5, 5), pitch=st.floats(-5, 5)
    ),
    visible_share=st.floats(0, 1),
)


@pytest.fixture(scope="module")
def chip(astronaut: Pixels) -> Pixels:
    """A face, cut out by hand: no model is needed to measure one."""
    face = astronaut[60:170, 170:280]
    return np.asarray(cv2.resize(face, (150, 150), interpolation=cv2.INTER_AREA), np.uint8)


def measured(
    astronaut: Pixels, chip: Pixels, *, box: Box = FACE_BOX, pose: Pose = LEVEL
) -> Quality:
    return measure_quality(Image(astronaut), box, pose, chip)


def reasons(quality: Quality) -> set[QualityReason]:
    return set(quality.reasons(LIMITS))


def exposed(chip: Pixels, *, gain: float, lift: float = 0) -> Pixels:
    return (chip.astype(np.float32) * gain + lift).clip(0, 255).astype(np.uint8)


class TestMeasuring:
    def test_a_good_portrait_has_nothing_wrong_with_it(
        self, astronaut: Pixels, chip: Pixels
    ) -> None:
        assert reasons(measured(astronaut, chip)) == set()

    def test_a_face_out_of_focus_is_blurred(self, astronaut: Pixels, chip: Pixels) -> None:
        out_of_focus = cv2.GaussianBlur(chip, (0, 0), 4).astype(np.uint8)

        assert reasons(measured(astronaut, out_of_focus)) == {QualityReason.BLURRED}

    def test_the_more_blur_the_less_sharpness(self, astronaut: Pixels, chip: Pixels) -> None:
        sharpness = [
            measured(astronaut, cv2.GaussianBlur(chip, (0, 0), sigma).astype(np.uint8)).sharpness
            for sigma in (0.5, 1, 2, 4)
        ]

        assert sharpness == sorted(sharpness, reverse=True)

    def test_an_underexposed_face_is_too_dark(self, astronaut: Pixels, chip: Pixels) -> None:
        assert QualityReason.TOO_DARK in reasons(measured(astronaut, exposed(chip, gain=0.15)))

    def test_an_overexposed_face_is_too_bright(self, astronaut: Pixels, chip: Pixels) -> None:
        overexposed = exposed(chip, gain=1, lift=110)

        assert QualityReason.TOO_BRIGHT in reasons(measured(astronaut, overexposed))

    def test_a_face_in_haze_lacks_contrast(self, astronaut: Pixels, chip: Pixels) -> None:
        assert QualityReason.LOW_CONTRAST in reasons(
            measured(astronaut, exposed(chip, gain=0.2, lift=100))
        )

    def test_brightness_is_luma_so_blue_counts_less_than_green(self, astronaut: Pixels) -> None:
        blue, green = np.zeros((2, 150, 150, 3), np.uint8)
        blue[..., 2] = green[..., 1] = 255

        assert measured(astronaut, blue).brightness == pytest.approx(255 * 0.114, abs=0.1)
        assert measured(astronaut, green).brightness == pytest.approx(255 * 0.587, abs=0.1)

    def test_hair_and_background_are_not_looked_at(self, astronaut: Pixels, chip: Pixels) -> None:
        other_surroundings = np.zeros_like(chip)
        other_surroundings[30:120, 30:120] = chip[30:120, 30:120]

        assert measured(astronaut, other_surroundings) == measured(astronaut, chip)

    def test_a_face_that_fills_few_pixels_is_too_small(
        self, astronaut: Pixels, chip: Pixels
    ) -> None:
        far_away = Box.around(225, 115, 40)

        assert reasons(measured(astronaut, chip, box=far_away)) == {QualityReason.TOO_SMALL}

    def test_a_face_at_the_edge_of_the_image_is_cut_off(
        self, astronaut: Pixels, chip: Pixels
    ) -> None:
        at_the_edge = Box.around(20, 115, 110)

        assert reasons(measured(astronaut, chip, box=at_the_edge)) == {QualityReason.CUT_OFF}

    @pytest.mark.parametrize(
        ("pose", "reason"),
        [
            (Pose(roll_deg=35, yaw=0, pitch=0), QualityReason.TILTED),
            (Pose(roll_deg=-35, yaw=0, pitch=0), QualityReason.TILTED),
            (Pose(roll_deg=0, yaw=0.5, pitch=0), QualityReason.TURNED_AWAY),
            (Pose(roll_deg=0, yaw=-0.5, pitch=0), QualityReason.TURNED_AWAY),
            (Pose(roll_deg=0, yaw=0, pitch=0.5), QualityReason.TURNED_AWAY),
            (Pose(roll_deg=0, yaw=0, pitch=-0.5), QualityReason.TURNED_AWAY),
        ],
    )
    def test_a_head_that_leans_or_looks_elsewhere_is_told_so(
        self, astronaut: Pixels, chip: Pixels, pose: Pose, reason: QualityReason
    ) -> None:
        assert reasons(measured(astronaut, chip, pose=pose)) == {reason}


class TestReasons:
    def test_every_fault_is_told_at_once_in_a_fixed_order(self) -> None:
        hopeless = Quality(
            sharpness=0,
            brightness=0,
            contrast=0,
            face_px=0,
            pose=Pose(roll_deg=90, yaw=1, pitch=0),
            visible_share=0,
        )

        found = hopeless.reasons(LIMITS)

        assert found == tuple(r for r in QualityReason if r is not QualityReason.TOO_BRIGHT)

    def test_a_limit_itself_is_still_accepted(self) -> None:
        borderline = Quality(
            sharpness=LIMITS.min_sharpness,
            brightness=LIMITS.min_brightness,
            contrast=LIMITS.min_contrast,
            face_px=LIMITS.min_face_px,
            pose=Pose(LIMITS.max_roll_deg, LIMITS.max_yaw, LIMITS.max_pitch),
            visible_share=LIMITS.min_visible_share,
        )

        assert borderline.reasons(LIMITS) == ()

    def test_there_is_advice_for_every_reason(self) -> None:
        assert set(ADVICE) == set(QualityReason)


class TestScore:
    @given(qualities)
    def test_it_lies_between_0_and_1(self, quality: Quality) -> None:
        assert 0 <= quality.score(LIMITS) <= 1

    def test_it_is_1_when_every_limit_is_kept_comfortably(self) -> None:
        assert GOOD.score(LIMITS) == 1

    @pytest.mark.parametrize(
        "worse",
        [
            pytest.param(replace(GOOD, sharpness=25), id="blurred"),
            pytest.param(replace(GOOD, brightness=50), id="dark"),
            pytest.param(replace(GOOD, brightness=215), id="bright"),
            pytest.param(replace(GOOD, contrast=16), id="flat"),
            pytest.param(replace(GOOD, face_px=50), id="small"),
            pytest.param(replace(GOOD, pose=Pose(roll_deg=25, yaw=0, pitch=0)), id="tilted"),
            pytest.param(replace(GOOD, pose=Pose(roll_deg=0, yaw=-0.3, pitch=0)), id="turned"),
            pytest.param(replace(GOOD, visible_share=0.91), id="cut off"),
        ],
    )
    def test_each_limit_that_is_kept_narrowly_lowers_it(self, worse: Quality) -> None:
        assert worse.reasons(LIMITS) == ()
        assert 0 < worse.score(LIMITS) < 1

    @given(qualities, st.floats(0, 1))
    def test_less_sharpness_never_raises_it(self, quality: Quality, share: float) -> None:
        blurrier = replace(quality, sharpness=quality.sharpness * share)

        assert blurrier.score(LIMITS) <= quality.score(LIMITS)
