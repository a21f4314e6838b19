"""Enrolled templates of some subjects, to see how similarities are spread."""

from __future__ import annotations

from contextlib import closing
from itertools import groupby
from typing import Final, final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.core.matching import Floats
from mien.core.template import Origin
from mien.storage.tables import SubjectRow, TemplateRow
from mien.storage.templates import COUNTING, open_templates
from mien.storage.vault import Vault

_KEYS_PER_QUERY: Final = 500
"""Below SQLite's limit on bound parameters."""


@final
class SqlEnrolledSamples:
    """Opens the templates of those who were drawn, and of nobody else."""

    def __init__(self, session: Session, vault: Vault) -> None:
        """Take the transaction's session and the vault that opens."""
        self._session = session
        self._vault = vault

    def draw(self, rng: np.random.Generator, contract: str, limit: int) -> list[Floats]:
        """Return the enrolled embeddings of up to *limit* subjects, float32 [samples, dimension].

        Evenly drawn, and without a name; only of those that were made under a contract.
        """
        keys = self._session.scalars(select(SubjectRow.key).order_by(SubjectRow.key)).all()
        drawn = sorted(rng.permutation(np.array(keys, np.int64))[:limit].tolist())
        enrolled = COUNTING.where(
            TemplateRow.origin == Origin.ENROLLED, TemplateRow.contract == contract
        )
        people: list[Floats] = []
        for start in range(0, len(drawn), _KEYS_PER_QUERY):
            some = enrolled.where(SubjectRow.key.in_(drawn[start : start + _KEYS_PER_QUERY]))
            with closing(open_templates(self._session, self._vault, some)) as templates:
                for _, rows in groupby(templates, key=lambda row: row[0]):
                    people.append(np.stack([template.embedding for _, _, template in rows]))
        return people
