"""Keep what people are called, the passwords they set, and what they ask operators for.

Nobody has any of it yet: all three tables begin empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    for table in ("profiles", "subject_passwords"):
        op.create_table(
            table,
            sa.Column("subject_key", sa.Integer, nullable=False),
            sa.Column("sealed", sa.LargeBinary, nullable=False),
            sa.PrimaryKeyConstraint("subject_key", name=f"pk_{table}"),
            _of_subject(table),
        )
    op.create_table(
        "reviews",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("review_id", sa.String(32), nullable=False),
        sa.Column("open_tag", sa.LargeBinary(32)),
        sa.Column("subject_key", sa.Integer),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ticket", sa.String(64)),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("requested_at", _Time, nullable=False),
        sa.Column("expires_at", _Time, nullable=False),
        sa.Column("approved", sa.Boolean),
        sa.Column("decided_by", sa.String(80)),
        sa.Column("decided_at", _Time),
        sa.Column("reason", sa.LargeBinary),
        sa.Column("redeemed_at", _Time),
        sa.PrimaryKeyConstraint("key", name="pk_reviews"),
        _of_subject("reviews"),
        *(
            sa.UniqueConstraint(column, name=f"uq_reviews_{column}")
            for column in ("review_id", "open_tag", "ticket")
        ),
        # No number is given twice, or a page of requests could end before a newer one.
        sqlite_autoincrement=True,
    )
    for column in ("subject_key", "expires_at"):
        op.create_index(f"ix_reviews_{column}", "reviews", [column])


def _of_subject(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["subject_key"], ["subjects.key"], name=f"fk_{table}_subject_key", ondelete="CASCADE"
    )
