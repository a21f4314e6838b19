"""Photos to templates of one gallery, for people who were enrolled long ago."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Self

from mien.bootstrap.clock import utc_now
from mien.bootstrap.recognition import Recognition
from mien.core.template import EmbeddingPart, Template
from mien.core.transform import GalleryTransform
from mien.inference.decoding import decode
from mien.service.probe import ProbeReader
from mien.service.transformed import TransformedAnalyzer
from mien.settings import Settings
from mien.storage.database import Database
from mien.storage.transforms import gallery_transform


class TemplateMaker:
    """Reads photos as an enrollment does, and leaves it to the caller when that was."""

    def __init__(self, analyzer: TransformedAnalyzer, settings: Settings) -> None:
        """Take the models with the gallery's rotation."""
        decoder = partial(decode, limits=settings.image_limits())
        self._analyzer = analyzer
        self._probes = ProbeReader(decoder, analyzer, settings.quality.limits())

    @classmethod
    def of(cls, database: Database, models: Recognition, settings: Settings) -> Self:
        """Give an empty gallery its rotation, and read photos for it."""
        with database.engine.begin() as connection:
            secret = gallery_transform(
                connection, database.master_keys, utc_now(), make_for_new=True
            )
        parts = models.pipeline.contract.parts
        transform = GalleryTransform(secret, [part.dimension for part in parts]) if secret else None
        return cls(TransformedAnalyzer(models.pipeline, transform), settings)

    @property
    def parts(self) -> Sequence[EmbeddingPart]:
        """What an embedding is made of."""
        return self._analyzer.contract.parts

    def __call__(self, photos: Sequence[bytes]) -> list[Template]:
        """Return the templates of one person's photos."""
        probes = [self._probes.read(photo) for photo in photos]
        return [
            Template(probe.embedding, self._analyzer.stored_as, self._probes.quality_score(probe))
            for probe in probes
        ]
