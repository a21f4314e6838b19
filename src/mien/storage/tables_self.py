"""Tables of what people are called, sign in with and ask for; see `mien.storage.tables`.

Every word in them is sealed with its subject's key, and goes with the subject.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mien.storage.tables import Base, UtcDateTime


class ProfileRow(Base):
    """A subject's name and role, as sealed JSON."""

    __tablename__ = "profiles"

    subject_key: Mapped[int] = mapped_column(
        ForeignKey("subjects.key", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SubjectPasswordRow(Base):
    """A subject's password: an Argon2id hash in its PHC string form, sealed."""

    __tablename__ = "subject_passwords"

    subject_key: Mapped[int] = mapped_column(
        ForeignKey("subjects.key", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ReviewRow(Base):
    """What somebody asked operators for; see `mien.core.review`.

    open_tag: a keyed hash of whom and what for, until it is decided: one of each is open at a
    time. subject_key: None of somebody who is not enrolled. ticket: as a hash. note, reason:
    sealed, with a key that nobody has where there is no subject.
    """

    __tablename__ = "reviews"
    __table_args__ = ({"sqlite_autoincrement": True},)

    key: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[str] = mapped_column(String(32), unique=True)
    open_tag: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    subject_key: Mapped[int | None] = mapped_column(
        ForeignKey("subjects.key", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    ticket: Mapped[str | None] = mapped_column(String(64), unique=True)
    note: Mapped[bytes] = mapped_column(LargeBinary)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    approved: Mapped[bool | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    redeemed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
