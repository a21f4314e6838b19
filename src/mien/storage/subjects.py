"""Subjects and their templates, sealed."""

from __future__ import annotations

import secrets
from collections.abc import Generator, Iterable, Sequence
from datetime import datetime
from typing import Final, final

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mien.core.audit import Pseudonym
from mien.core.ports import SubjectKey
from mien.core.subject_search import EVERYBODY, SubjectSearch
from mien.core.template import (
    Consent,
    Origin,
    StoredTemplate,
    Subject,
    SubjectId,
    Template,
    Terms,
    digest_of_contract,
    stored_contract,
)
from mien.core.transform import transform_id
from mien.errors import AlreadyEnrolledError, ContractMismatchError, UnknownSubjectError
from mien.storage.dialects import serialize_changes
from mien.storage.subject_search import count_found, ids_of_page
from mien.storage.tables import GalleryChangeRow, SubjectKeyRow, SubjectRow, TemplateRow
from mien.storage.templates import (
    COUNTING,
    Place,
    open_all_of,
    open_templates,
    seal_template,
)
from mien.storage.vault import TRANSFORM, Vault, read_secret

_KEYS_PER_QUERY: Final = 500
"""Below SQLite's limit on bound parameters."""

_Stored = Row[
    str, datetime, int, float | None, int, int, str | None, datetime | None, datetime | None
]


@final
class SqlSubjectRepository:
    """Subjects and their templates."""

    def __init__(self, session: Session, vault: Vault) -> None:
        """Take the transaction's session and the vault that seals."""
        self._session = session
        self._vault = vault

    def add(
        self,
        subject_id: SubjectId,
        templates: Sequence[Template],
        enrolled_at: datetime,
        terms: Terms,
    ) -> Pseudonym:
        """Store a new subject; return its name in the audit log. Raises AlreadyEnrolledError."""
        serialize_changes(self._session)
        pseudonym = Pseudonym(secrets.token_hex(16))
        row = SubjectRow(
            subject_id=subject_id,
            pseudonym=pseudonym,
            enrolled_at=enrolled_at,
            consent_purpose=terms.consent.purpose if terms.consent else None,
            consent_at=terms.consent.given_at if terms.consent else None,
            expires_at=terms.expires_at,
        )
        self._session.add(row)
        try:
            self._session.flush()
        except IntegrityError as error:
            raise AlreadyEnrolledError(
                f"{subject_id} is enrolled already: erase the subject first to enroll anew"
            ) from error
        self._require_rotation(templates)
        data_key, sealed = self._vault.new_data_key(pseudonym)
        self._session.add(
            SubjectKeyRow(
                subject_key=row.key, sealed=sealed.data, master_key_id=sealed.master_key_id
            )
        )
        place = Place(row.key, Origin.ENROLLED, enrolled_at)
        self._session.add_all(seal_template(template, data_key, place) for template in templates)
        self._session.add(GalleryChangeRow(subject_key=row.key))
        self._session.flush()
        return pseudonym

    def _require_rotation(self, templates: Sequence[Template]) -> None:
        """Refuse templates of a rotation that was renewed since they were made.

        After the lock is held, because a renewal may have been what it was waited for. In an
        empty gallery the secret decides: a template of one that is gone would never be read.
        """
        stored = self.contract() or self._mark_of_first(templates)
        if any(template.contract != (stored or template.contract) for template in templates):
            raise ContractMismatchError(
                f"the gallery's templates are marked with {stored} now, and this process makes "
                f"{templates[0].contract}: start it anew"
            )

    def _mark_of_first(self, templates: Sequence[Template]) -> str | None:
        made = templates[0].contract if templates else ""
        if "+" not in made:
            return None
        secret = read_secret(self._session.connection(), self._vault.master_keys, TRANSFORM)
        transform = None if secret is None else transform_id(secret)
        return stored_contract(digest_of_contract(made), transform)

    def remove(self, subject_id: SubjectId) -> Pseudonym:
        """Erase a subject, its key and its templates; raise UnknownSubjectError."""
        serialize_changes(self._session)
        found = self._session.execute(
            delete(SubjectRow)
            .where(SubjectRow.subject_id == subject_id)
            .returning(SubjectRow.key, SubjectRow.pseudonym)
        ).one_or_none()
        if found is None:
            raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
        self._session.add(GalleryChangeRow(subject_key=found.key))
        self._session.flush()
        return Pseudonym(found.pseudonym)

    def get(self, subject_id: SubjectId) -> Subject:
        """Return a subject; raise UnknownSubjectError."""
        found = self._session.execute(
            _SUBJECTS.where(SubjectRow.subject_id == subject_id)
        ).one_or_none()
        if found is None:
            raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
        return _subject(found)

    def pseudonym(self, subject_id: SubjectId) -> Pseudonym | None:
        """Return a subject's name in the audit log, None when it is not enrolled."""
        named = self._session.connection().execute(_PSEUDONYM, {"subject_id": subject_id})
        found = named.scalar_one_or_none()
        return None if found is None else Pseudonym(found)

    def named(self, pseudonym: Pseudonym) -> SubjectId | None:
        """Return whom the audit log calls so, None when nobody is enrolled under that name."""
        mine = select(SubjectRow.subject_id).where(SubjectRow.pseudonym == pseudonym)
        found = self._session.execute(mine).scalar_one_or_none()
        return None if found is None else SubjectId(found)

    def page(
        self, *, limit: int, offset: int, search: SubjectSearch = EVERYBODY
    ) -> Sequence[Subject]:
        """Return subjects that are found, ordered by id."""
        # First who they are: templates are counted of those alone.
        ids = ids_of_page(self._session, search, limit=limit, offset=offset).subquery()
        mine = ids.c.subject_id == SubjectRow.subject_id
        shown = _SUBJECTS.join(ids, mine).order_by(SubjectRow.subject_id)
        return [_subject(row) for row in self._session.execute(shown)]

    def expired(self, now: datetime, *, limit: int) -> Sequence[SubjectId]:
        """Return subjects whose time is over, in the order that rotations take them too."""
        over = select(SubjectRow.subject_id).where(SubjectRow.expires_at <= now)
        first = over.order_by(SubjectRow.key).limit(limit)
        return [SubjectId(subject_id) for subject_id in self._session.scalars(first)]

    def count(self, search: SubjectSearch = EVERYBODY) -> int:
        """Return how many subjects are found."""
        return count_found(self._session, search)

    def contract(self) -> str | None:
        """Return what the templates are marked with, None while there are none."""
        return self._session.scalar(select(TemplateRow.contract).limit(1))

    def latest_change(self) -> int:
        """Return the sequence number of the last enrollment or erasure, 0 for none."""
        return self._session.connection().execute(_LATEST_CHANGE).scalar_one() or 0

    def changed_since(self, sequence: int) -> Sequence[SubjectKey]:
        """Return the subjects enrolled or erased after *sequence*."""
        changed = select(GalleryChangeRow.subject_key).where(GalleryChangeRow.sequence > sequence)
        return [SubjectKey(key) for key in self._session.scalars(changed.distinct())]

    def templates_of(self, subject_id: SubjectId) -> list[StoredTemplate]:
        """Return one subject's templates, opened, the oldest first, candidates too."""
        return open_all_of(self._session, self._vault, subject_id)

    def templates(
        self, keys: Iterable[SubjectKey] | None = None
    ) -> Generator[tuple[SubjectKey, SubjectId, Template], None, None]:
        """Yield the opened templates of these subjects, or of all, grouped by subject.

        Candidates are not among them: nothing is compared with one.

        Whoever may stop before the end closes the generator, and with it the database's cursor:
        closed later, it would disturb whoever has the connection then.
        """
        if keys is None:
            yield from open_templates(self._session, self._vault, COUNTING)
            return
        wanted = sorted(keys)
        for start in range(0, len(wanted), _KEYS_PER_QUERY):
            some = wanted[start : start + _KEYS_PER_QUERY]
            mine = COUNTING.where(SubjectRow.key.in_(some))
            yield from open_templates(self._session, self._vault, mine)


# Every authentication runs these: made once, they cost a third of what they do made anew.
_LATEST_CHANGE: Final = select(func.max(GalleryChangeRow.sequence))
_PSEUDONYM: Final = select(SubjectRow.pseudonym).where(
    SubjectRow.subject_id == bindparam("subject_id")
)


def _is(origin: Origin) -> ColumnElement[bool]:
    return TemplateRow.origin == origin


_SUBJECTS: Final = (
    select(
        SubjectRow.subject_id,
        SubjectRow.enrolled_at,
        func.count().filter(_is(Origin.ENROLLED)),
        func.avg(TemplateRow.quality).filter(_is(Origin.ENROLLED)),
        func.count().filter(_is(Origin.ADAPTED)),
        func.count().filter(_is(Origin.CANDIDATE)),
        SubjectRow.consent_purpose,
        SubjectRow.consent_at,
        SubjectRow.expires_at,
    )
    .join(TemplateRow, TemplateRow.subject_key == SubjectRow.key)
    .group_by(SubjectRow.key)
)


def _subject(row: _Stored) -> Subject:
    subject_id, at, enrolled, quality, adapted, candidates, purpose, given_at, expires_at = row
    consent = None if purpose is None or given_at is None else Consent(purpose, given_at)
    terms = Terms(consent, expires_at)
    # Of none there is no average; `mien db check` says what is wrong with such a subject.
    return Subject(SubjectId(subject_id), at, enrolled, quality or 0.0, terms, adapted, candidates)
