"""Keep which false match rate is tolerated of a group, and find events by their time.

Nothing else is tolerated of any group yet: the table begins empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table and the index."""
    op.create_table(
        "group_thresholds",
        sa.Column("attribute", sa.String(32), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.Column("target_fmr", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("attribute", "value", name="pk_group_thresholds"),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
