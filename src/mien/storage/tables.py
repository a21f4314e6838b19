"""The schema."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, LargeBinary, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_VERSION: Final = 1


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, stored in UTC; SQLite itself forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


class Base(DeclarativeBase):
    """Base of the mapped classes."""


class SubjectRow(Base):
    """A person. The key is never reused, so that a change can name one that is gone."""

    __tablename__ = "subjects"
    __table_args__ = {"sqlite_autoincrement": True}

    key: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(128), unique=True)
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TemplateRow(Base):
    """One sample's embedding: float32, little-endian. Never a photo."""

    __tablename__ = "templates"

    key: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[int] = mapped_column(
        ForeignKey("subjects.key", ondelete="CASCADE"), index=True
    )
    contract: Mapped[str] = mapped_column(String(32))
    embedding: Mapped[bytes] = mapped_column(LargeBinary)
    quality: Mapped[float]


class GalleryChangeRow(Base):
    """An enrollment or an erasure, for whoever keeps the gallery in memory."""

    __tablename__ = "gallery_changes"
    __table_args__ = {"sqlite_autoincrement": True}

    sequence: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[int]


class AttemptRow(Base):
    """An authentication or identification, with the subject it names, if any."""

    __tablename__ = "attempts"
    __table_args__ = (Index("attempts_of_subject", "subject_key", "key"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[int | None] = mapped_column(ForeignKey("subjects.key", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(32))
    false_match_rate: Mapped[float | None]


class ApiKeyRow(Base):
    """A caller's key, as a hash."""

    __tablename__ = "api_keys"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
