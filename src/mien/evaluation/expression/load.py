"""What an assessment needs of mien itself: the network, and what finds and cuts out faces."""

from __future__ import annotations

from mien.core.detection import Search
from mien.core.image import Image, Pixels
from mien.core.ports import FaceFinder
from mien.evaluation.expression.assess import Cut
from mien.inference.expression.models import ExpressionModel

_SMALLEST_PX = 40.0


def cut_with(finder: FaceFinder, model: ExpressionModel) -> Cut:
    """Return how a model's chip is cut out of the largest face of an image."""
    search = Search(min_face_px=_SMALLEST_PX, largest_only=True)

    def cut(image: Image) -> Pixels | None:
        faces = finder.detect(image, search)
        return model.chip(image, faces[0]) if faces else None

    return cut
