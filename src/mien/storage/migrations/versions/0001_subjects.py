"""Subjects, templates, attempts and keys: the schema of 0.1.0."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "subjects",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("subject_id", sa.String(128), nullable=False, unique=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "templates",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column(
            "subject_key",
            sa.Integer,
            sa.ForeignKey("subjects.key", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("contract", sa.String(32), nullable=False),
        sa.Column("embedding", sa.LargeBinary, nullable=False),
        sa.Column("quality", sa.Float, nullable=False),
    )
    op.create_index("ix_templates_subject_key", "templates", ["subject_key"])
    op.create_table(
        "gallery_changes",
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("subject_key", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "attempts",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("subject_key", sa.Integer, sa.ForeignKey("subjects.key", ondelete="CASCADE")),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("false_match_rate", sa.Float),
    )
    op.create_index("attempts_of_subject", "attempts", ["subject_key", "key"])
    op.create_table(
        "api_keys",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
