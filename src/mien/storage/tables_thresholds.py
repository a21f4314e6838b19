"""The table of what is tolerated of groups; see `mien.storage.tables`."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from mien.storage.tables import Base


class GroupThresholdRow(Base):
    """The false match rate that is tolerated of one group; the others have that of everybody."""

    __tablename__ = "group_thresholds"

    attribute: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    target_fmr: Mapped[float]
