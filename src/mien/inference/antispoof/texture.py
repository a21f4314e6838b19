"""What recapture does to an image, measured without a network.

Three cues, with signs that physics and the literature give, none fitted to data:

- detail: a face that was photographed from a screen or a print has passed two lenses; its fine
  structure is weaker (D. Wen, H. Han, A. Jain, Face spoof detection with image distortion
  analysis, IEEE TIFS 2015).
- chroma: colored subpixels and inks, sampled anew, leave fine color where a face has only fine
  brightness (Z. Boulkenafet et al., Face spoofing detection using colour texture analysis, IEEE
  TIFS 2016).
- moire: two grids, the screen's and the sensor's, beat; single peaks stand out of the spectrum
  (D. Garcia, R. de Queiroz, Face-spoofing 2D-detection based on moire-pattern analysis, IEEE TIFS
  2015). Their absence says nothing.

Specular highlights, saturation and noise were measured too, and change their sign between cameras.
"""

from __future__ import annotations

from functools import cache
from typing import Final, final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.antispoof.crops import inner_square, is_judgeable
from mien.inference.antispoof.votes import Votes

DETAIL: Final = "detail"
CHROMA: Final = "chroma"
MOIRE: Final = "moire"

SMALLEST_PX: Final = 96
"""Of the face: enlarged ones have no detail to measure, and say nothing. All faces are brought to
this size before detail and chroma are measured, so that resolution itself does not count."""

_USUAL_DETAIL: Final = -3.6
_USUAL_CHROMA: Final = -1.8
"""In bits, between bona fide faces and recaptured ones: where a cue says nothing. Round figures,
from a look at replay_attack_dev and clips; they were measured, not trained."""

_AGAINST: Final = -3.0
_FOR: Final = 1.0
"""The largest votes of a cue, bits: an attack that lacks a trace is only a better attack."""

_FLAT: Final = 1e-6
_COLORLESS: Final = 1e-5
"""Of variance and deviation, in units of white: below it there is nothing to compare."""

_SPECTRUM_PX: Final = 256
_RING: Final = (0.2, 0.95)
"""Of the highest frequency: below lies the face itself, above the camera's own grid."""

_AROUND: Final = (17, 17)
"""Frequencies that a peak is compared with."""

_ZERO: Final = np.float32(1e-3)
"""Of a power, so that none has no logarithm."""

_PEAK: Final = 4.8
_PEAK_WEIGHT: Final = 3.0
"""Bits over its surroundings. Of n independent exponential powers the largest stands log2(ln n) +
0.83 bits above the mean of their logarithms: 4.2 for such a spectrum, so that 4.8 is no chance."""


@final
class Texture:
    """Votes by the three cues."""

    def vote(self, image: Image, box: Box) -> Votes:
        """Return detail, chroma and moire; nothing for a face that is small or flat."""
        if not is_judgeable(image, box):
            return {}
        face = inner_square(image, box)
        if min(face.shape[:2]) < SMALLEST_PX:
            return {}
        detail, chroma = measure_detail(face)
        votes = {MOIRE: _bounded(_PEAK_WEIGHT * min(0.0, _PEAK - measure_peak(face)))}
        if detail is not None:
            votes[DETAIL] = _bounded(detail - _USUAL_DETAIL)
        if chroma is not None:
            votes[CHROMA] = _bounded(_USUAL_CHROMA - chroma)
        return votes


def measure_detail(face: Pixels) -> tuple[float | None, float | None]:
    """Return fine brightness over all brightness, and fine color over fine brightness, in bits.

    Variances of the Laplacian and of the pixels for the first, deviations of Laplacians for the
    second; None where there is nothing to compare.
    """
    small = cv2.resize(face, (SMALLEST_PX, SMALLEST_PX), interpolation=cv2.INTER_AREA)
    planes = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2YCrCb)
    fine = cv2.Laplacian(planes, cv2.CV_32F).reshape(-1, 3).std(axis=0)
    contrast = float(planes[..., 0].var())
    if contrast < _FLAT or fine[0] < _COLORLESS:
        return None, None
    detail = float(np.log2(fine[0] ** 2 / contrast))
    color = float(fine[1] + fine[2])
    # A photo in black and white has no color to be wrong.
    return detail, None if color < _COLORLESS else float(np.log2(color / fine[0]))


def measure_peak(face: Pixels) -> float:
    """Return how far the spectrum's sharpest peak stands above what is around it, in bits."""
    gray = cv2.cvtColor(face, cv2.COLOR_RGB2GRAY)
    side = min(_SPECTRUM_PX, *gray.shape)
    if min(gray.shape) > side:
        gray = cv2.resize(gray, (side, side), interpolation=cv2.INTER_AREA)
    plane = gray[:side, :side].astype(np.float32)
    spectrum = cv2.dft((plane - plane.mean()) * _taper(side), flags=cv2.DFT_COMPLEX_OUTPUT)
    half = np.fft.fftshift(spectrum[:, : side // 2 + 1], axes=0)
    bits = np.log2(half[..., 0] ** 2 + half[..., 1] ** 2 + _ZERO)
    above = bits - cv2.blur(bits, _AROUND)
    return float(above[_ring(side)].max())


def _bounded(bits: float) -> float:
    return min(max(bits, _AGAINST), _FOR)


@cache
def _taper(side: int) -> npt.NDArray[np.float32]:
    """Return what hides the square's edges from the spectrum, float32 [side, side]."""
    slope = np.hanning(side)
    return np.outer(slope, slope).astype(np.float32)


@cache
def _ring(side: int) -> npt.NDArray[np.bool_]:
    """Tell which frequencies of a half spectrum are looked at, bool [side, side // 2 + 1]."""
    rows = np.fft.fftshift(np.fft.fftfreq(side)) * 2
    columns = np.fft.rfftfreq(side) * 2
    radius = np.hypot(rows[:, None], columns[None])
    return np.asarray((radius > _RING[0]) & (radius < _RING[1]))
