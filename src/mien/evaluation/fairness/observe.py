"""Lets the product itself read each photo: a probe, or its reason to refuse."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.errors import FaceError, ImageError, ImageUnreadableError, LowQualityError
from mien.evaluation.fairness.protocol import FairnessProtocol
from mien.evaluation.metrics import Flags
from mien.evaluation.protocol import Photo, PhotoSource
from mien.service.probe import Probe, ProbeReader

Progress = Callable[[int, int], None]
"""Called after each photo with the photos done and their total."""

Reasons = tuple[str, ...]
"""Stable codes: why a photo was refused, empty for one that was not."""

_UNJUDGED: Final = float("nan")


@dataclass(frozen=True, slots=True)
class Observed:
    """What became of the photos of a protocol, in its order.

    reasons: of each photo. usable: bool [photos], those that mien would enroll and compare;
    embeddings: float32 [usable, dimension]. passive: float64 [usable], how alive each looks,
    None where nothing judges that; NaN for a face that could not be judged.
    """

    reasons: tuple[Reasons, ...]
    usable: Flags
    embeddings: npt.NDArray[np.float32]
    passive: npt.NDArray[np.float64] | None


def observe(
    protocol: FairnessProtocol,
    reader: ProbeReader,
    *,
    judge_pixels: bool,
    threads: int,
    progress: Progress,
) -> Observed:
    """Read every photo as an authentication would; raise ImageUnreadableError, naming a file."""
    seen: list[Probe | Reasons] = []
    read = partial(_read, protocol.source, partial(reader.read, judge_pixels=judge_pixels))
    with ThreadPoolExecutor(threads) as pool:
        for outcome in pool.map(read, protocol.photos):
            seen.append(outcome)
            progress(len(seen), len(protocol.photos))
    probes = [outcome for outcome in seen if isinstance(outcome, Probe)]
    scores = [
        _UNJUDGED if probe.passive is None or probe.passive.score is None else probe.passive.score
        for probe in probes
    ]
    return Observed(
        reasons=tuple(() if isinstance(outcome, Probe) else outcome for outcome in seen),
        usable=np.array([isinstance(outcome, Probe) for outcome in seen]),
        embeddings=np.array([probe.embedding for probe in probes], np.float32),
        passive=np.array(scores) if judge_pixels else None,
    )


def _read(source: PhotoSource, read: Callable[[bytes], Probe], photo: Photo) -> Probe | Reasons:
    try:
        return read(source.read(photo))
    except LowQualityError as error:
        return tuple(str(reason) for reason in error.reasons)
    except FaceError as error:
        return (error.code,)
    except ImageError as error:
        raise ImageUnreadableError(f"{photo.file}: {error}") from error
