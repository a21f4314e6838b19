"""Say where templates come from, what keys ask for besides a face, and keep live sessions.

Every template that there is came from an enrollment. It stays as it is sealed: only the seal of a
learned one names its origin.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the table."""
    _tell_origins()
    # As it was: whoever calls answers for what is in front of the camera.
    op.add_column(
        "api_keys", sa.Column("liveness", sa.String(8), nullable=False, server_default="none")
    )
    op.create_table(
        "live_sessions",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("subject_id", sa.String(128)),
        sa.Column("policy", sa.String(8), nullable=False),
        sa.Column("created_at", _Time, nullable=False),
        sa.Column("expires_at", _Time, nullable=False),
        sa.Column("attached_at", _Time),
        sa.Column("decided_at", _Time),
        sa.Column("completed_at", _Time),
        sa.Column("outcome", sa.Text),
        sa.PrimaryKeyConstraint("digest", name="pk_live_sessions"),
    )
    for column in ("subject_id", "expires_at"):
        op.create_index(f"ix_live_sessions_{column}", "live_sessions", [column])


def _tell_origins() -> None:
    """Add the columns, without a default: what does not say where it comes from is not stored."""
    if op.get_bind().dialect.name == "sqlite":
        _make_templates_anew()
        return
    for column in _new_columns(nullable=True):
        op.add_column("templates", column)
    op.execute(f"UPDATE templates SET origin = 'enrolled', added_at = {_enrolled_at('templates')}")  # noqa: S608 ours
    for column in _new_columns():
        op.alter_column("templates", column.name, nullable=column.nullable)


def _make_templates_anew() -> None:
    """Do it in SQLite, which demands no value of a column that is added later."""
    op.drop_index("ix_templates_subject_key", "templates")
    op.rename_table("templates", "old_templates")
    op.create_table(
        "templates",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("template_id", sa.String(32), nullable=False),
        sa.Column("subject_key", sa.Integer, nullable=False),
        sa.Column("contract", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("quality", sa.Double, nullable=False),
        *_new_columns(),
        sa.PrimaryKeyConstraint("key", name="pk_templates"),
        sa.ForeignKeyConstraint(
            ["subject_key"],
            ["subjects.key"],
            name="fk_templates_subject_key",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("template_id", name="uq_templates_template_id"),
    )
    columns = "key, template_id, subject_key, contract, sealed, quality"
    op.execute(
        f"INSERT INTO templates ({columns}, origin, added_at)"  # noqa: S608 ours
        f" SELECT {columns}, 'enrolled', {_enrolled_at('old_templates')} FROM old_templates"
        " ORDER BY key"
    )
    op.drop_table("old_templates")
    op.create_index("ix_templates_subject_key", "templates", ["subject_key"])


def _enrolled_at(templates: str) -> str:
    return f"(SELECT enrolled_at FROM subjects WHERE subjects.key = {templates}.subject_key)"  # noqa: S608 ours


def _new_columns(*, nullable: bool = False) -> list[sa.Column[Any]]:
    return [
        sa.Column("origin", sa.String(16), nullable=nullable),
        sa.Column("added_at", _Time, nullable=nullable),
        sa.Column("attempt_id", sa.String(32)),
        sa.Column("confirmed_by", sa.String(32)),
    ]
