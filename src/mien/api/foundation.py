"""What servers need of an application: every one of them, and those that read expressions."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from mien.access.tokens import AccessTokens
from mien.inference.expression.load import LoadedReader
from mien.service.read_expressions import ReadExpressions
from mien.settings import Settings
from mien.storage.database import Database
from mien.storage.unit_of_work import SqlUnitOfWork


class Foundation(Protocol):
    """Settings, the database, and who may call: what the edges and the routes for health need."""

    @property
    def settings(self) -> Settings:
        """What was chosen."""
        ...

    @property
    def database(self) -> Database:
        """Where the callers' keys lie, and whatever else is stored."""
        ...

    @property
    def access_tokens(self) -> AccessTokens:
        """Recognizes operators."""
        ...

    def unit_of_work(self, actor: str) -> AbstractContextManager[SqlUnitOfWork]:
        """Open a transaction that is committed at the end."""
        ...

    def close(self) -> None:
        """Release what is held."""
        ...


class ReadsExpressions(Foundation, Protocol):
    """An application that reads expressions."""

    @property
    def expressions(self) -> LoadedReader:
        """The network that reads."""
        ...

    @property
    def read_expressions(self) -> ReadExpressions:
        """The use case."""
        ...
