"""Wires what reads expressions: for `mien emotion`, and for a server that does nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Self

from mien.access.tokens import AccessTokens
from mien.bootstrap.clock import utc_now
from mien.bootstrap.data import ensure_api_key, open_database
from mien.bootstrap.recognition import choose, load_finder
from mien.errors import ProviderMissingError
from mien.inference.choice import Choice
from mien.inference.decoding import decode
from mien.inference.expression.load import LoadedReader, load_reader
from mien.inference.runtime import Provider, best_provider
from mien.inference.weights import Progress, WeightStore, ignore_progress
from mien.service.read_expressions import ReadExpressions
from mien.settings import Settings
from mien.storage.database import Database
from mien.storage.unit_of_work import SqlUnitOfWork


def load_expressions(
    settings: Settings, *, threads: int, progress: Progress = ignore_progress
) -> LoadedReader:
    """Load the network that MIEN_EXPRESSION_MODEL names; see `load_reader`.

    On a GPU where ONNX Runtime has one, unless MIEN_PROVIDER says what to run it on: no threshold
    was calibrated for one of them.
    """
    load = partial(
        load_reader,
        WeightStore.of(settings.data_dir),
        settings.expression_model,
        threads=threads,
        progress=progress,
    )
    if settings.provider is not None:
        return load(provider=Provider(settings.provider))
    try:
        return load(provider=best_provider())
    except ProviderMissingError:  # built for a GPU, on a machine without its drivers
        return load(provider=Provider.CPU)


@dataclass(frozen=True, slots=True)
class ExpressionModels:
    """What finds faces and reads them: a pack without its embedders, and a reader."""

    choice: Choice
    expressions: LoadedReader
    read_expressions: ReadExpressions

    @classmethod
    def load(
        cls, settings: Settings, *, threads: int, progress: Progress = ignore_progress
    ) -> Self:
        """Load both; raise an InstallationError."""
        choice = choose(settings, may_fetch=True)
        finder = load_finder(settings, choice, threads=threads, progress=progress)
        expressions = load_expressions(settings, threads=threads, progress=progress)
        decoder = partial(decode, limits=settings.image_limits())
        return cls(choice, expressions, ReadExpressions(decoder, finder, expressions.reader))


@dataclass(frozen=True, slots=True)
class EmotionApplication:
    """The use cases of a server that reads expressions: it knows its callers and no subject.

    Its callers' keys lie in the database of the main server. Whoever built it closes it.
    """

    settings: Settings
    database: Database
    choice: Choice
    expressions: LoadedReader
    read_expressions: ReadExpressions
    access_tokens: AccessTokens

    @classmethod
    def build(
        cls, settings: Settings, *, threads: int, progress: Progress = ignore_progress
    ) -> Self:
        """Wire everything, without embedders and gallery; raise an InstallationError."""
        models = ExpressionModels.load(settings, threads=threads, progress=progress)
        database = open_database(settings)
        return cls(
            settings=settings,
            database=database,
            choice=models.choice,
            expressions=models.expressions,
            read_expressions=models.read_expressions,
            access_tokens=AccessTokens(database.signing_keys, settings.issuer, utc_now),
        )

    @contextmanager
    def unit_of_work(self, actor: str) -> Iterator[SqlUnitOfWork]:
        """Open a transaction that is committed at the end; see `Caller.actor`."""
        with self.database.unit_of_work(actor) as work:
            yield work

    def ensure_api_key(self) -> str | None:
        """Accept MIEN_API_KEY; without any key make one and return it, to be shown once."""
        return ensure_api_key(self.settings, self.database)

    def close(self) -> None:
        """Release the database."""
        self.database.close()
