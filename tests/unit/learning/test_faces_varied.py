"""Other takes of a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from torch import Tensor

torch = pytest.importorskip("torch", reason="PyTorch is the extra `train`")

from mien.learning.faces_varied import Variation, vary  # noqa: E402 it imports PyTorch

STILL = Variation(side_px=40, turn_deg=0, zoom=0, shift_px=0, gamma=0, covered=0)


def face() -> Tensor:
    rng = np.random.default_rng(5)
    made: Tensor = torch.from_numpy(rng.integers(40, 200, (1, 48, 48), dtype=np.uint8))
    return made


def test_without_variation_the_middle_of_the_face_is_left_or_its_mirror_image() -> None:
    takes = vary(face().expand(20, -1, -1), STILL)
    middle = face()[:, 4:44, 4:44].float()
    for take in takes:
        near = [torch.allclose(take, other, atol=1e-2) for other in (middle, middle.flip(2))]
        assert any(near)
    assert len({float(take[0, 0, 0]) for take in takes}) == 2


def test_a_take_is_as_large_as_asked_and_within_the_range_of_pixels() -> None:
    takes = vary(face().expand(32, -1, -1), Variation())
    assert takes.shape == (32, 1, 40, 40)
    assert float(takes.min()) >= 0
    assert float(takes.max()) <= 255


def test_takes_differ_and_can_be_repeated() -> None:
    torch.manual_seed(3)
    first = vary(face().expand(4, -1, -1), Variation())
    assert not torch.equal(first[0], first[1])
    torch.manual_seed(3)
    assert torch.equal(vary(face().expand(4, -1, -1), Variation()), first)


def test_a_covered_part_has_one_gray() -> None:
    takes = vary(face().expand(30, -1, -1), Variation(gamma=0, covered=1.0))
    values = [torch.unique(take, return_counts=True)[1].max() for take in takes]
    assert all(int(count) >= 6 * 6 for count in values)
