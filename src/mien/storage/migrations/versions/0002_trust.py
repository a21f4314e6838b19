"""Seal templates, chain the audit log, give keys scopes; operators, locks, seen photos.

Templates of the first schema stood in the open: each is sealed with a key of its subject, and
the old tables are dropped. Attempts become entries of the audit log.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from alembic import context, op

from mien.core.audit import GENESIS, AuditAction, AuditEvent, Pseudonym, chain
from mien.core.policy import Reason
from mien.core.scoring import FalseMatchRate
from mien.storage.audit import sign_entry
from mien.storage.envelope import new_key
from mien.storage.master_keys import MasterKeys
from mien.storage.signing_keys import about_signing_key, new_signing_key
from mien.storage.vault import DataKey, about_data_key

revision = "0002"
down_revision = "0001"

_OLD: Final = ("attempts", "templates", "subjects", "api_keys")
_ALL_SCOPES: Final = "admin audit enroll identify metrics read scores verify"
_HEAD: Final = 1

_meta = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_Time = sa.DateTime(timezone=True)


def _must(name: str, kind: Any, *more: Any, **options: Any) -> sa.Column[Any]:  # noqa: ANN401 what sa.Column takes
    return sa.Column(name, kind, *more, nullable=False, **options)


def _may(name: str, kind: Any, *more: Any, **options: Any) -> sa.Column[Any]:  # noqa: ANN401 what sa.Column takes
    return sa.Column(name, kind, *more, **options)


def _id(name: str, kind: Any = sa.Integer, *more: Any, **options: Any) -> sa.Column[Any]:  # noqa: ANN401 what sa.Column takes
    return sa.Column(name, kind, *more, primary_key=True, **options)


def _of(parent: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{parent}.key", ondelete="CASCADE")


_subjects = sa.Table(
    "subjects",
    _meta,
    _id("key"),
    _must("subject_id", sa.String(128), unique=True),
    _must("pseudonym", sa.String(32), unique=True),
    _must("enrolled_at", _Time),
    _may("consent_purpose", sa.String(256)),
    _may("consent_at", _Time),
    _may("expires_at", _Time, index=True),
    sqlite_autoincrement=True,
)
_subject_keys = sa.Table(
    "subject_keys",
    _meta,
    _id("subject_key", sa.Integer, _of("subjects")),
    _must("sealed", sa.LargeBinary),
    _must("master_key_id", sa.String(16), index=True),
)
_templates = sa.Table(
    "templates",
    _meta,
    _id("key"),
    _must("template_id", sa.String(32), unique=True),
    _must("subject_key", sa.Integer, _of("subjects"), index=True),
    _must("contract", sa.String(64)),
    _must("sealed", sa.LargeBinary),
    _must("quality", sa.Double),
)
_secrets = sa.Table(
    "secrets",
    _meta,
    _id("name", sa.String(64)),
    _must("sealed", sa.LargeBinary),
    _must("master_key_id", sa.String(16), index=True),
    _must("created_at", _Time),
)
_signing_keys = sa.Table(
    "signing_keys",
    _meta,
    _id("kid", sa.String(64)),
    _must("sealed", sa.LargeBinary),
    _must("master_key_id", sa.String(16), index=True),
    _must("created_at", _Time),
    _may("retired_at", _Time),
)
_audit_entries = sa.Table(
    "audit_entries",
    _meta,
    _id("sequence", sa.BigInteger, autoincrement=False),
    _must("at", _Time),
    _must("action", sa.String(32)),
    _must("actor", sa.String(80)),
    _may("subject", sa.String(32)),
    _may("accepted", sa.Boolean),
    _may("reason", sa.String(32)),
    _may("false_match_rate", sa.Double),
    _must("details", sa.Text),
    _must("digest", sa.LargeBinary),
    sa.Index("ix_audit_entries_of_subject", "subject", "sequence"),
)
_audit_head = sa.Table(
    "audit_head",
    _meta,
    _id("key", sa.Integer, autoincrement=False),
    _must("sequence", sa.BigInteger),
    _must("digest", sa.LargeBinary),
    _must("kid", sa.String(64)),
    _must("signature", sa.LargeBinary),
)
_audit_checkpoints = sa.Table(
    "audit_checkpoints",
    _meta,
    _id("sequence", sa.BigInteger, autoincrement=False),
    _must("digest", sa.LargeBinary),
    _must("kid", sa.String(64)),
    _must("signature", sa.LargeBinary),
)
_seen_images = sa.Table(
    "seen_images",
    _meta,
    _id("tag", sa.LargeBinary(32)),
    _may("subject_key", sa.Integer, _of("subjects"), index=True),
    _must("at", _Time, index=True),
)
_failures = sa.Table(
    "failures",
    _meta,
    _id("tag", sa.LargeBinary(32)),
    _must("count", sa.Integer),
    _must("last_at", _Time, index=True),
)
_api_keys = sa.Table(
    "api_keys",
    _meta,
    _id("digest", sa.String(64)),
    _must("key_id", sa.String(16), unique=True),
    _must("label", sa.String(64)),
    _must("scopes", sa.String(128)),
    _must("audience", sa.String(256)),
    _must("created_at", _Time),
    _may("expires_at", _Time),
    _may("last_used_at", _Time),
)
_operators = sa.Table(
    "operators",
    _meta,
    _id("key"),
    _must("name", sa.String(64), unique=True),
    _must("password", sa.String(256)),
    _must("role", sa.String(16)),
    _must("created_at", _Time),
    _may("disabled_at", _Time),
    sqlite_autoincrement=True,
)
_refresh_tokens = sa.Table(
    "refresh_tokens",
    _meta,
    _id("digest", sa.String(64)),
    _must("family", sa.String(32), index=True),
    _must("operator_key", sa.Integer, _of("operators"), index=True),
    _must("issued_at", _Time),
    _must("expires_at", _Time, index=True),
    _may("used_at", _Time),
)


def upgrade() -> None:
    """Create the new tables, move what there is, drop the old ones."""
    op.drop_index("ix_templates_subject_key", "templates")
    for name in _OLD:
        op.rename_table(name, f"old_{name}")
    connection = op.get_bind()
    _meta.create_all(connection, checkfirst=False)
    master_keys: MasterKeys = context.config.attributes["master_keys"]
    clock: Callable[[], datetime] = context.config.attributes["clock"]
    pseudonyms = _move_subjects(connection, master_keys)
    _move_attempts(connection, master_keys, pseudonyms, clock())
    _move_api_keys(connection)
    for name in _OLD:
        op.drop_table(f"old_{name}")


def _move_subjects(connection: sa.Connection, master_keys: MasterKeys) -> dict[int, str]:
    """Seal the templates; return the subjects' new pseudonyms by their keys."""
    pseudonyms: dict[int, str] = {}
    for row in connection.execute(sa.text("SELECT * FROM old_subjects ORDER BY key")).all():
        pseudonym = pseudonyms[row.key] = secrets.token_hex(16)
        key = DataKey(Pseudonym(pseudonym), new_key())
        sealed = master_keys.seal(key.secret, about_data_key(key.pseudonym))
        connection.execute(
            _subjects.insert().values(
                key=row.key,
                subject_id=row.subject_id,
                pseudonym=pseudonym,
                enrolled_at=_point(row.enrolled_at),
            )
        )
        connection.execute(
            _subject_keys.insert().values(
                subject_key=row.key, sealed=sealed.data, master_key_id=sealed.master_key_id
            )
        )
        _move_templates(connection, row.key, key)
    return pseudonyms


def _move_templates(connection: sa.Connection, subject_key: int, key: DataKey) -> None:
    of_subject = sa.text("SELECT * FROM old_templates WHERE subject_key = :key ORDER BY key")
    for row in connection.execute(of_subject, {"key": subject_key}).all():
        template_id = secrets.token_hex(16)
        sealed = key.seal(row.embedding, contract=row.contract, template_id=template_id)
        connection.execute(
            _templates.insert().values(
                template_id=template_id,
                subject_key=subject_key,
                contract=row.contract,
                sealed=sealed,
                quality=row.quality,
            )
        )


def _move_attempts(
    connection: sa.Connection, master_keys: MasterKeys, pseudonyms: dict[int, str], now: datetime
) -> None:
    """Begin the audit log with what was tried so far."""
    signing = new_signing_key()
    sealed = master_keys.seal(signing.private, about_signing_key(signing.kid))
    connection.execute(
        _signing_keys.insert().values(
            kid=signing.kid, sealed=sealed.data, master_key_id=sealed.master_key_id, created_at=now
        )
    )
    digest, sequence = GENESIS, 0
    attempts = connection.execute(sa.text("SELECT * FROM old_attempts ORDER BY key"))
    for sequence, row in enumerate(attempts.all(), start=1):
        pseudonym = pseudonyms.get(row.subject_key)
        event = AuditEvent(
            action=AuditAction(row.kind),
            at=_point(row.at),
            actor="before the audit log",
            subject=None if pseudonym is None else Pseudonym(pseudonym),
            accepted=bool(row.accepted),
            reason=Reason(row.reason),
            false_match_rate=(
                None if row.false_match_rate is None else FalseMatchRate(row.false_match_rate)
            ),
        )
        digest = chain(digest, sequence, event).digest
        columns = {**event.canonical(), "at": event.at, "details": json.dumps({})}
        connection.execute(
            _audit_entries.insert().values(sequence=sequence, digest=digest, **columns)
        )
    head = sign_entry(signing, sequence, digest)
    connection.execute(
        _audit_head.insert().values(
            key=_HEAD, sequence=sequence, digest=digest, kid=head.kid, signature=head.signature
        )
    )


def _move_api_keys(connection: sa.Connection) -> None:
    """Let the keys that were accepted do what they did: everything."""
    for row in connection.execute(sa.text("SELECT * FROM old_api_keys")).all():
        connection.execute(
            _api_keys.insert().values(
                digest=row.digest,
                key_id=row.digest[:8],
                label=row.label,
                scopes=_ALL_SCOPES,
                audience=row.label,
                created_at=_point(row.created_at),
            )
        )


def _point(stored: str | datetime) -> datetime:
    """Read a time of the first schema, which stands there in UTC without saying so."""
    point = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return point.replace(tzinfo=UTC)
