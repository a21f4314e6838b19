from __future__ import annotations

import numpy as np
import pytest

from mien.core.live.reading import Rest
from tests.meshes import Look, Noise, reading_of


def test_a_reading_measures_what_the_face_does() -> None:
    reading = reading_of(Look(shut=1, mouth=0.4, smile=1.2, nearness=1.3))
    level = reading_of(Look())

    assert reading.eyes < 0.6 * level.eyes
    assert reading.mouth == pytest.approx(0.4, abs=0.01)
    assert reading.smile == pytest.approx(1.2 * level.smile)
    assert reading.nearness == pytest.approx(1.3 * level.nearness)


def test_rest_is_the_middle_of_what_was_seen() -> None:
    looks = [Look(yaw_deg=yaw, pitch_deg=-yaw, nearness=1 + yaw / 100) for yaw in (1, 2, 9)]

    rest = Rest.of([reading_of(look) for look in looks])

    assert (rest.yaw_deg, rest.pitch_deg) == (2, -2)
    assert rest.nearness == pytest.approx(1.02 * reading_of(Look()).nearness)


def test_a_blink_during_rest_does_not_lower_what_is_called_open() -> None:
    blinking = [reading_of(Look(shut=shut)) for shut in (0, 0, 1, 1, 0, 0)]

    assert Rest.of(blinking).eyes == pytest.approx(reading_of(Look()).eyes)


def test_noise_is_as_loud_as_it_is_told_to_be() -> None:
    rng = np.random.default_rng(1)
    noise = Noise(points_px=0.5, turn_deg=1.0, nearness=0.01)

    many = [reading_of(Look(), noise=noise, rng=rng) for _ in range(300)]

    assert np.std([r.pose.yaw_deg for r in many]) == pytest.approx(1.0, rel=0.2)
    assert np.std([r.mesh.points[0, 0] for r in many]) == pytest.approx(0.5, rel=0.2)
