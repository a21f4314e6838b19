"""The schema, the same in SQLite and PostgreSQL; `migrations/` leads from one to the next."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, stored in UTC; SQLite itself forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back in UTC."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class Base(DeclarativeBase):
    """Base of the mapped classes; constraints have names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class SubjectRow(Base):
    """A person. The key is never reused, so that a change can name one that is gone.

    pseudonym: what the audit log calls the person; erasing the row makes it meaningless.
    """

    __tablename__ = "subjects"
    __table_args__ = {"sqlite_autoincrement": True}

    key: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(128), unique=True)
    pseudonym: Mapped[str] = mapped_column(String(32), unique=True)
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    consent_purpose: Mapped[str | None] = mapped_column(String(256))
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class SubjectKeyRow(Base):
    """The key that a subject's templates are sealed with, itself sealed with a master key.

    In a table of its own because backups leave it out: who is erased is then erased there too.
    """

    __tablename__ = "subject_keys"

    subject_key: Mapped[int] = mapped_column(
        ForeignKey("subjects.key", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    master_key_id: Mapped[str] = mapped_column(String(16), index=True)


class TemplateRow(Base):
    """One sample's embedding, sealed with its subject's key. Never a photo.

    origin: of `mien.core.template.Origin`, to which the seal is bound too. attempt_id: the
    authentication that a learned one came from; confirmed_by: the one that made it count.
    """

    __tablename__ = "templates"

    key: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[str] = mapped_column(String(32), unique=True)
    subject_key: Mapped[int] = mapped_column(
        ForeignKey("subjects.key", ondelete="CASCADE"), index=True
    )
    contract: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    quality: Mapped[float]
    origin: Mapped[str] = mapped_column(String(16))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempt_id: Mapped[str | None] = mapped_column(String(32))
    confirmed_by: Mapped[str | None] = mapped_column(String(32))


class GalleryChangeRow(Base):
    """An enrollment or an erasure, for whoever keeps the gallery in memory."""

    __tablename__ = "gallery_changes"
    __table_args__ = {"sqlite_autoincrement": True}

    sequence: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[int]


class SecretRow(Base):
    """A secret of the whole database, sealed with a master key; `mien.storage.vault` names them."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    master_key_id: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SigningKeyRow(Base):
    """An Ed25519 key that assertions, tokens and the audit log are signed with.

    sealed: the 32 private bytes, sealed with a master key; the public half is made from them, so
    that nobody can slip one in. retired_at: since when it signs nothing; it stays, because the
    audit log is checked with it.
    """

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    master_key_id: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEntryRow(Base):
    """An event of the audit log; see `mien.core.audit`. Nothing here names a person."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_of_subject", "subject", "sequence"),)

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    action: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str | None] = mapped_column(String(32))
    accepted: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(String(32))
    false_match_rate: Mapped[float | None]
    details: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHeadRow(Base):
    """The newest entry of the audit log, signed; one row, which every append locks and replaces."""

    __tablename__ = "audit_head"

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    kid: Mapped[str] = mapped_column(String(64))
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class AuditCheckpointRow(Base):
    """A signed statement that the entry of this sequence has this digest; it stays."""

    __tablename__ = "audit_checkpoints"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    kid: Mapped[str] = mapped_column(String(64))
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class SeenImageRow(Base):
    """A keyed hash of the bytes of a photo that was used once; the photo itself is not kept."""

    __tablename__ = "seen_images"

    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    subject_key: Mapped[int | None] = mapped_column(
        ForeignKey("subjects.key", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class FailuresRow(Base):
    """Consecutive failed attempts on a claimed identity, enrolled or not, by its keyed hash."""

    __tablename__ = "failures"

    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ConsentRow(Base):
    """What a subject has agreed to; a row that is not there is a no."""

    __tablename__ = "consents"

    subject_key: Mapped[int] = mapped_column(
        ForeignKey("subjects.key", ondelete="CASCADE"), primary_key=True
    )
    purpose: Mapped[str] = mapped_column(String(32), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SubjectGroupRow(Base):
    """The one group of an attribute that a subject belongs to."""

    __tablename__ = "subject_groups"

    subject_key: Mapped[int] = mapped_column(
        ForeignKey("subjects.key", ondelete="CASCADE"), primary_key=True
    )
    attribute: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class ExpressionRow(Base):
    """What a face expressed at one authentication, sealed with its subject's key.

    attempt_id: the authentication; the seal is bound to it, to the subject and to the time.
    """

    __tablename__ = "expression_records"

    key: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[str] = mapped_column(String(32), unique=True)
    subject_key: Mapped[int] = mapped_column(
        ForeignKey("subjects.key", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ApiKeyRow(Base):
    """A calling program's key, as a hash. key_id: its public part. scopes: words, with spaces.

    liveness: a `mien.core.liveness.LivenessPolicy`; what is not said asks for nothing, as before.
    """

    __tablename__ = "api_keys"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16), unique=True)
    label: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[str] = mapped_column(String(128))
    audience: Mapped[str] = mapped_column(String(256))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    liveness: Mapped[str] = mapped_column(String(8), server_default="none")


class OperatorRow(Base):
    """A person who works with mien. password: an Argon2id hash in its PHC string form."""

    __tablename__ = "operators"
    __table_args__ = {"sqlite_autoincrement": True}

    key: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    password: Mapped[str] = mapped_column(String(256))
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RefreshTokenRow(Base):
    """An operator's refresh token, as a hash.

    family: all tokens that follow from one password. used_at: a used one that comes back is
    stolen, and ends its family.
    """

    __tablename__ = "refresh_tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    family: Mapped[str] = mapped_column(String(32), index=True)
    operator_key: Mapped[int] = mapped_column(
        ForeignKey("operators.key", ondelete="CASCADE"), index=True
    )
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LiveSessionRow(Base):
    """A live session, by its token's hash; it is over within a minute and forgotten soon after.

    subject_id: whom it is claimed to show, enrolled or not. outcome: what was found, as JSON;
    never an embedding or a picture, because nothing here is sealed.
    """

    __tablename__ = "live_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    actor: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[str | None] = mapped_column(String(128), index=True)
    policy: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(Text)
