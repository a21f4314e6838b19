"""The repositories of one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, final

import numpy as np
from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mien.core.attempt import Attempt, AttemptKind
from mien.core.policy import Reason
from mien.core.ports import SubjectKey
from mien.core.scoring import FalseMatchRate
from mien.core.template import Embedding, Subject, SubjectId, Template
from mien.errors import AlreadyEnrolledError, UnknownSubjectError
from mien.storage.api_keys import ApiKeyRepository
from mien.storage.tables import AttemptRow, GalleryChangeRow, SubjectRow, TemplateRow

_STORED_DTYPE: Final = np.dtype("<f4")
_KEYS_PER_QUERY: Final = 500
"""Below SQLite's limit on bound parameters."""

_ROWS_PER_FETCH: Final = 2000


@final
class SqlUnitOfWork:
    """One transaction."""

    def __init__(self, session: Session) -> None:
        """Take an open session; whoever opened it commits."""
        self.subjects = SqlSubjectRepository(session)
        self.attempts = SqlAttemptRepository(session)
        self.api_keys = ApiKeyRepository(session)


@final
class SqlSubjectRepository:
    """Subjects and their templates."""

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._session = session

    def add(
        self, subject_id: SubjectId, templates: Sequence[Template], enrolled_at: datetime
    ) -> None:
        """Store a new subject; raise AlreadyEnrolledError."""
        row = SubjectRow(subject_id=subject_id, enrolled_at=enrolled_at)
        self._session.add(row)
        try:
            self._session.flush()
        except IntegrityError as error:
            raise AlreadyEnrolledError(
                f"{subject_id} is enrolled already: erase the subject first to enroll anew"
            ) from error
        self._session.add_all(
            TemplateRow(
                subject_key=row.key,
                contract=template.contract,
                embedding=template.embedding.astype(_STORED_DTYPE).tobytes(),
                quality=template.quality,
            )
            for template in templates
        )
        self._session.add(GalleryChangeRow(subject_key=row.key))
        self._session.flush()

    def remove(self, subject_id: SubjectId) -> None:
        """Erase a subject with templates and attempts; raise UnknownSubjectError."""
        key = _require_key(self._session, subject_id)
        self._session.execute(delete(SubjectRow).where(SubjectRow.key == key))
        self._session.add(GalleryChangeRow(subject_key=key))
        self._session.flush()

    def get(self, subject_id: SubjectId) -> Subject:
        """Return a subject; raise UnknownSubjectError."""
        found = self._session.execute(
            _SUBJECTS.where(SubjectRow.subject_id == subject_id)
        ).one_or_none()
        if found is None:
            raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
        return _subject(found)

    def page(self, *, limit: int, offset: int) -> Sequence[Subject]:
        """Return subjects ordered by id."""
        ordered = _SUBJECTS.order_by(SubjectRow.subject_id).limit(limit).offset(offset)
        return [_subject(row) for row in self._session.execute(ordered)]

    def count(self) -> int:
        """Return how many subjects there are."""
        return self._session.scalar(select(func.count()).select_from(SubjectRow)) or 0

    def contract(self) -> str | None:
        """Return the embedding contract that the templates are of, None while there are none."""
        return self._session.scalar(select(TemplateRow.contract).limit(1))

    def latest_change(self) -> int:
        """Return the sequence number of the last enrollment or erasure, 0 for none."""
        return self._session.scalar(select(func.max(GalleryChangeRow.sequence))) or 0

    def changed_since(self, sequence: int) -> Sequence[SubjectKey]:
        """Return the subjects enrolled or erased after *sequence*."""
        changed = select(GalleryChangeRow.subject_key).where(GalleryChangeRow.sequence > sequence)
        return [SubjectKey(key) for key in self._session.scalars(changed.distinct())]

    def templates(
        self, keys: Iterable[SubjectKey] | None = None
    ) -> Iterator[tuple[SubjectKey, SubjectId, Template]]:
        """Yield the templates of these subjects, or of all, grouped by subject."""
        if keys is None:
            yield from self._templates(None)
            return
        wanted = sorted(keys)
        for start in range(0, len(wanted), _KEYS_PER_QUERY):
            yield from self._templates(wanted[start : start + _KEYS_PER_QUERY])

    def _templates(
        self, keys: Sequence[SubjectKey] | None
    ) -> Iterator[tuple[SubjectKey, SubjectId, Template]]:
        query = (
            select(
                SubjectRow.key,
                SubjectRow.subject_id,
                TemplateRow.embedding,
                TemplateRow.contract,
                TemplateRow.quality,
            )
            .join(TemplateRow, TemplateRow.subject_key == SubjectRow.key)
            .order_by(SubjectRow.key, TemplateRow.key)
        )
        if keys is not None:
            query = query.where(SubjectRow.key.in_(keys))
        for row in self._session.execute(query.execution_options(yield_per=_ROWS_PER_FETCH)):
            template = Template(_embedding(row.embedding), row.contract, row.quality)
            yield SubjectKey(row.key), SubjectId(row.subject_id), template


@final
class SqlAttemptRepository:
    """What was tried."""

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._session = session

    def add(self, attempt: Attempt) -> None:
        """Store an attempt; one that names a subject erased meanwhile is kept nameless."""
        named = select(SubjectRow.key).where(SubjectRow.subject_id == attempt.subject_id)
        self._session.execute(
            insert(AttemptRow).values(
                subject_key=named.scalar_subquery(),
                kind=attempt.kind,
                at=attempt.at,
                accepted=attempt.accepted,
                reason=attempt.reason,
                false_match_rate=attempt.false_match_rate,
            )
        )

    def of(self, subject_id: SubjectId, *, limit: int) -> Sequence[Attempt]:
        """Return a subject's attempts, newest first; raise UnknownSubjectError."""
        key = _require_key(self._session, subject_id)
        newest = (
            select(AttemptRow)
            .where(AttemptRow.subject_key == key)
            .order_by(AttemptRow.key.desc())
            .limit(limit)
        )
        return [
            Attempt(
                kind=AttemptKind(row.kind),
                subject_id=subject_id,
                at=row.at,
                accepted=row.accepted,
                reason=Reason(row.reason),
                false_match_rate=(
                    None if row.false_match_rate is None else FalseMatchRate(row.false_match_rate)
                ),
            )
            for row in self._session.scalars(newest)
        ]


_SUBJECTS: Final = (
    select(
        SubjectRow.subject_id,
        SubjectRow.enrolled_at,
        func.count(TemplateRow.key),
        func.avg(TemplateRow.quality),
    )
    .join(TemplateRow, TemplateRow.subject_key == SubjectRow.key)
    .group_by(SubjectRow.key)
)


def _subject(row: Row[str, datetime, int, float]) -> Subject:
    subject_id, enrolled_at, template_count, average_quality = row
    return Subject(SubjectId(subject_id), enrolled_at, template_count, average_quality)


def _require_key(session: Session, subject_id: SubjectId) -> SubjectKey:
    key = session.scalar(select(SubjectRow.key).where(SubjectRow.subject_id == subject_id))
    if key is None:
        raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
    return SubjectKey(key)


def _embedding(stored: bytes) -> Embedding:
    return np.frombuffer(stored, dtype=_STORED_DTYPE).astype(np.float32)
