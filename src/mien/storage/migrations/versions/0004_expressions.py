"""Keep what people have agreed to, their groups, and with their consent what their faces express.

Nobody has agreed to anything yet: all three tables begin empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "consents",
        sa.Column("subject_key", sa.Integer, nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("given_at", _Time, nullable=False),
        sa.PrimaryKeyConstraint("subject_key", "purpose", name="pk_consents"),
        _of_subject("consents"),
    )
    op.create_table(
        "subject_groups",
        sa.Column("subject_key", sa.Integer, nullable=False),
        sa.Column("attribute", sa.String(32), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("subject_key", "attribute", name="pk_subject_groups"),
        _of_subject("subject_groups"),
    )
    op.create_table(
        "expression_records",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("attempt_id", sa.String(32), nullable=False),
        sa.Column("subject_key", sa.Integer, nullable=False),
        sa.Column("at", _Time, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_expression_records"),
        _of_subject("expression_records"),
        sa.UniqueConstraint("attempt_id", name="uq_expression_records_attempt_id"),
    )
    for column in ("subject_key", "at"):
        op.create_index(f"ix_expression_records_{column}", "expression_records", [column])


def _of_subject(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["subject_key"], ["subjects.key"], name=f"fk_{table}_subject_key", ondelete="CASCADE"
    )
