"""Whether detectors find the labelled face, and whether two detectors find the same one.

The labelled person's face covers the center of its photo; so does the box that counts as having
found it. Boxes of two detectors are one face at an IoU of at least 0.5: the rule of PASCAL VOC
and WIDER FACE, loose enough for detectors that draw a face from brow to chin or from hair to
neck, and tight enough that of boxes that do not overlap one another only one can be meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from mien.core.geometry import Box
from mien.errors import InvalidRequestError
from mien.evaluation.embed_photos import EmbeddedPhotos, Progress, read_photo
from mien.evaluation.labelled_face import FaceFinder, Located, covers_center, find_labelled
from mien.evaluation.metrics import Estimate, estimate_proportion
from mien.evaluation.protocol import Photo, PhotoSource

SAME_FACE_IOU: Final = 0.5


@dataclass(frozen=True, slots=True)
class DetectionRate:
    """In how many photos the labelled face was found.

    elsewhere: photos in which only faces off the center were found; none: without any face.
    """

    photos: int
    found: Estimate
    elsewhere: int
    none: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two detectors say of the same photos.

    only_first, only_second, neither: photos in which the labelled face was found by one or none.
    same_face: share, of the photos in which both found it, where they mean one face;
    median_iou: of their boxes there.
    """

    photos: int
    both: int
    only_first: int
    only_second: int
    neither: int
    same_face: Estimate
    median_iou: float


def rate_detection(photos: EmbeddedPhotos) -> DetectionRate:
    """Return what embedding the photos told on the way."""
    found = int(photos.central.sum())
    return DetectionRate(
        photos=photos.seen,
        found=estimate_proportion(found, photos.seen),
        elsewhere=len(photos.acquired) - found,
        none=len(photos.missed),
    )


def locate_labelled(
    photos: Sequence[Photo],
    source: PhotoSource,
    detector: FaceFinder[Located],
    *,
    threads: int,
    progress: Progress,
) -> tuple[Box | None, ...]:
    """Return for each photo the box of the face at its center, None where there is none.

    Raises ImageUnreadableError for a file that is no photo.
    """
    boxes: list[Box | None] = []
    with ThreadPoolExecutor(threads) as pool:
        for box in pool.map(partial(_locate, source, detector), photos):
            boxes.append(box)
            progress(len(boxes), len(photos))
    return tuple(boxes)


def compare_detectors(first: Sequence[Box | None], second: Sequence[Box | None]) -> Agreement:
    """Compare what two detectors located in the same photos, in the same order.

    Raises InvalidRequestError when there is no photo in which both found the face.
    """
    overlaps = np.array(
        [
            one.intersection_over_union(other)
            for one, other in zip(first, second, strict=True)
            if one is not None and other is not None
        ]
    )
    if not len(overlaps):
        raise InvalidRequestError("there is no photo in which both detectors found the face")
    both = len(overlaps)
    found_first = sum(box is not None for box in first)
    found_second = sum(box is not None for box in second)
    return Agreement(
        photos=len(first),
        both=both,
        only_first=found_first - both,
        only_second=found_second - both,
        neither=len(first) - found_first - found_second + both,
        same_face=estimate_proportion(int((overlaps >= SAME_FACE_IOU).sum()), both),
        median_iou=float(np.median(overlaps)),
    )


def _locate(source: PhotoSource, detector: FaceFinder[Located], photo: Photo) -> Box | None:
    image = read_photo(source, photo)
    face = find_labelled(image, detector)
    return face.box if face is not None and covers_center(face.box, image) else None
