"""What people ask operators for, sealed with their subjects' keys."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final, final

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, not_, select, update
from sqlalchemy.orm import Session

from mien.core.audit import Pseudonym
from mien.core.operator import digest_of
from mien.core.review import (
    DECIDED_WITHIN,
    Asked,
    Review,
    ReviewId,
    ReviewKind,
    Standing,
    Verdict,
)
from mien.core.template import SubjectId
from mien.errors import UnknownReviewError
from mien.storage.consents import named
from mien.storage.dialects import affected, upsert
from mien.storage.envelope import new_key
from mien.storage.subject_keys import KEY_COLUMNS, find_open, open_key
from mien.storage.tables import SubjectKeyRow, SubjectRow
from mien.storage.tables_self import ReviewRow
from mien.storage.vault import DataKey, Vault

_NOTE: Final = "note"
_REASON: Final = "reason"

_NOBODY: Final = Pseudonym("nobody")

_STANDING: Final = (
    ReviewRow.kind,
    ReviewRow.requested_at,
    ReviewRow.expires_at,
    ReviewRow.approved,
    ReviewRow.decided_by,
    ReviewRow.decided_at,
    ReviewRow.redeemed_at,
)
_REVIEWS: Final[Select[*tuple[object, ...]]] = (
    select(
        *KEY_COLUMNS,
        ReviewRow.key.label("number"),
        ReviewRow.review_id,
        ReviewRow.note,
        ReviewRow.reason,
        *_STANDING,
    )
    .join(SubjectRow, SubjectRow.key == ReviewRow.subject_key)
    .join(SubjectKeyRow, SubjectKeyRow.subject_key == SubjectRow.key)
)


@final
class SqlReviewRepository:
    """Requests; every step is one statement with its conditions in it, as of live sessions."""

    def __init__(self, session: Session, vault: Vault) -> None:
        """Take the transaction's session and the vault that seals."""
        self._session = session
        self._vault = vault

    def ask(
        self,
        subject_id: SubjectId,
        kind: ReviewKind,
        note: str,
        at: datetime,
        ticket: str | None = None,
    ) -> Asked:
        """Store a request in place of the open one of this kind, if there is one."""
        subject = find_open(self._session, self._vault, subject_id, locked=True)
        # What nobody can read costs as much to store as what operators do.
        key = DataKey(_NOBODY, new_key()) if subject is None else subject.key
        review_id = ReviewId(secrets.token_hex(16))
        tag = self._vault.tag("request", f"{kind} {subject_id}".encode())
        row = {
            "review_id": review_id,
            "open_tag": tag,
            "subject_key": None if subject is None else subject.number,
            "kind": kind,
            "ticket": None if ticket is None else digest_of(ticket),
            "note": key.seal_words(note, _NOTE, review_id),
            "requested_at": at,
            "expires_at": at + DECIDED_WITHIN,
        }
        connection = self._session.connection()
        connection.execute(delete(ReviewRow).where(ReviewRow.open_tag == tag))
        # Between the two somebody may have asked for the same: the later request stands.
        new = upsert(self._session, ReviewRow).values(row)
        connection.execute(new.on_conflict_do_update(index_elements=[ReviewRow.open_tag], set_=row))
        return Asked(review_id, None if subject is None else subject.pseudonym)

    def find(self, review_id: ReviewId) -> Review:
        """Return a request of somebody who is enrolled; raise UnknownReviewError."""
        return self._opened(self._row(review_id))

    def of(self, subject_id: SubjectId) -> Sequence[Review]:
        """Return a subject's requests, the oldest first; raise UnknownSubjectError."""
        subject = named(self._session, subject_id)
        mine = _REVIEWS.where(ReviewRow.subject_key == subject.key).order_by(ReviewRow.key)
        return [self._opened(row) for row in self._session.execute(mine)]

    def page(
        self, now: datetime, *, is_open: bool | None, limit: int, before: int | None = None
    ) -> Sequence[Review]:
        """Return requests of those who are enrolled, newest first: open ones, others, or all."""
        wanted = _REVIEWS.order_by(ReviewRow.key.desc()).limit(limit)
        if is_open is not None:
            wanted = wanted.where(_is_open(now) if is_open else not_(_is_open(now)))
        if before is not None:
            wanted = wanted.where(ReviewRow.key < before)
        return [self._opened(row) for row in self._session.execute(wanted)]

    def count_open(self, now: datetime) -> int:
        """Return how many wait for a decision."""
        waiting = select(func.count()).where(_is_open(now), ReviewRow.subject_key.is_not(None))
        return self._session.scalar(waiting.select_from(ReviewRow)) or 0

    def decide(self, review_id: ReviewId, verdict: Verdict) -> bool:
        """Store a verdict on an open request; tell whether it was open at the verdict's time."""
        key = open_key(self._vault, self._row(review_id))
        decided = (
            update(ReviewRow)
            .where(ReviewRow.review_id == review_id, _is_open(verdict.at))
            .values(
                open_tag=None,
                approved=verdict.approved,
                decided_by=verdict.by,
                decided_at=verdict.at,
                expires_at=verdict.expires_at,
                reason=key.seal_words(verdict.reason, _REASON, review_id),
            )
        )
        return affected(self._session, decided) == 1

    def standing(self, ticket: str) -> Standing | None:
        """Return how far a ticket's request is; None for a ticket that there is not, or no more."""
        found = select(*_STANDING).where(ReviewRow.ticket == digest_of(ticket))
        row = self._session.execute(found).one_or_none()
        return None if row is None else _standing(row)

    def redeem(self, ticket: str, now: datetime) -> Pseudonym | None:
        """Use up an approved ticket; of several who try, one gets to know whose it is."""
        used = (
            update(ReviewRow)
            .where(
                ReviewRow.ticket == digest_of(ticket),
                ReviewRow.kind == ReviewKind.VERIFICATION,
                ReviewRow.approved.is_(True),
                ReviewRow.redeemed_at.is_(None),
                ReviewRow.expires_at > now,
            )
            .values(redeemed_at=now)
            .returning(ReviewRow.subject_key)
        )
        number = self._session.connection().execute(used).scalar_one_or_none()
        if number is None:
            return None
        whose = select(SubjectRow.pseudonym).where(SubjectRow.key == number)
        return Pseudonym(self._session.execute(whose).scalar_one())

    def take_back(self, subject_id: SubjectId, at: datetime) -> None:
        """Let approvals that a subject has not used yet end now; somebody unknown has none."""
        whose = select(SubjectRow.key).where(SubjectRow.subject_id == subject_id)
        self._session.execute(
            update(ReviewRow)
            .where(
                ReviewRow.subject_key == whose.scalar_subquery(),
                ReviewRow.kind == ReviewKind.VERIFICATION,
                ReviewRow.approved.is_(True),
                ReviewRow.redeemed_at.is_(None),
                ReviewRow.expires_at > at,
            )
            .values(expires_at=at)
        )

    def forget(self, *, expired_before: datetime) -> int:
        """Forget requests that expired before a time; return how many."""
        return affected(
            self._session, delete(ReviewRow).where(ReviewRow.expires_at < expired_before)
        )

    def _row(self, review_id: ReviewId) -> Row[*tuple[object, ...]]:
        mine = _REVIEWS.where(ReviewRow.review_id == review_id)
        row = self._session.execute(mine).one_or_none()
        if row is None:
            raise UnknownReviewError("there is no such request, or not any more: list them anew")
        return row

    def _opened(self, row: Row[*tuple[object, ...]]) -> Review:
        key = open_key(self._vault, row)
        note, reason = open_words(key, row)
        return Review(
            ReviewId(row.review_id),
            row.number,
            SubjectId(row.subject_id),
            _standing(row),
            note,
            reason,
        )


def open_words(key: DataKey, row: Row[*tuple[object, ...]]) -> tuple[str, str | None]:
    """Open note and reason; raise TamperedError for those of another subject or request."""
    note = key.unseal_words(row.note, _NOTE, row.review_id)
    if row.reason is None:
        return note, None
    return note, key.unseal_words(row.reason, _REASON, row.review_id)


def _is_open(now: datetime) -> ColumnElement[bool]:
    return and_(ReviewRow.approved.is_(None), ReviewRow.expires_at > now)


def _standing(row: Row[*tuple[object, ...]]) -> Standing:
    return Standing(
        ReviewKind(row.kind),
        row.requested_at,
        row.expires_at,
        row.approved,
        row.decided_by,
        row.decided_at,
        row.redeemed_at,
    )
