"""Other takes of a face: what differs between photos of one expression."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class Variation:
    """How far a take may be from its face.

    side_px: of the take. turn_deg: to either side. zoom, gamma: logarithms. shift_px: of its
    middle. covered: share of the takes of which a part is covered.
    """

    side_px: int = 40
    turn_deg: float = 15.0
    zoom: float = 0.12
    shift_px: float = 4.0
    gamma: float = 0.5
    covered: float = 0.25


VARIATION: Final = Variation()


def vary(faces: torch.Tensor, variation: Variation) -> torch.Tensor:
    """Return a take of each face, float32 [n, 1, side, side] from 0 to 255.

    faces: uint8 [n, h, w], gray. A pixel of a take is as large as one of the face but for the
    zoom, so takes are smaller than faces.
    """
    placed = nn.functional.grid_sample(
        faces.float()[:, None] / 255,
        nn.functional.affine_grid(
            _transforms(faces, variation),
            [len(faces), 1, variation.side_px, variation.side_px],
            align_corners=False,
        ),
        padding_mode="reflection",
        align_corners=False,
    )
    gamma = _around(len(faces), variation.gamma).exp()[:, None, None, None]
    return _cover(placed.clamp(1e-4, 1) ** gamma, variation.covered) * 255


def _transforms(faces: torch.Tensor, variation: Variation) -> torch.Tensor:
    """Return maps from takes to faces, float32 [n, 2, 3]; both reach from -1 to 1."""
    count, side_px = len(faces), faces.shape[-1]
    turn = _around(count, math.radians(variation.turn_deg))
    zoom = _around(count, variation.zoom).exp() * variation.side_px / side_px
    mirrored = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    right, down = (_around(count, 2 * variation.shift_px / side_px) for _ in range(2))
    across = [zoom * turn.cos() * mirrored, -zoom * turn.sin(), right]
    along = [zoom * turn.sin() * mirrored, zoom * turn.cos(), down]
    return torch.stack([torch.stack(across, 1), torch.stack(along, 1)], 1)


def _cover(takes: torch.Tensor, share: float) -> torch.Tensor:
    """Cover a part of some takes with one gray (Z. Zhong et al., Random erasing, AAAI 2020)."""
    side_px = takes.shape[-1]
    for place in torch.nonzero(torch.rand(len(takes)) < share)[:, 0].tolist():
        height, width = torch.randint(side_px // 6, 2 * side_px // 5, (2,)).tolist()
        top = int(torch.randint(0, side_px - height, ()))
        left = int(torch.randint(0, side_px - width, ()))
        takes[place, 0, top : top + height, left : left + width] = torch.rand(())
    return takes


def _around(count: int, width: float) -> torch.Tensor:
    """Draw *count* numbers evenly from -width to width."""
    return (torch.rand(count) * 2 - 1) * width
