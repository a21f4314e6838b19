"""Which subjects a page shows, found before anything is counted of them."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mien.core.groups import DEPARTMENT
from mien.core.subject_search import SubjectSearch
from mien.storage.dialects import contains
from mien.storage.tables import SubjectGroupRow, SubjectRow

T = TypeVar("T")


def ids_of_page(session: Session, search: SubjectSearch, *, limit: int, offset: int) -> Select[str]:
    """Return the query for the ids of a page of what is found, in their order.

    Of nothing but ids, so that those before the page are read in their index alone.
    """
    found = _filtered(session, select(SubjectRow.subject_id), search)
    return found.order_by(SubjectRow.subject_id).limit(limit).offset(offset)


def count_found(session: Session, search: SubjectSearch) -> int:
    """Return how many subjects are found."""
    everybody = select(func.count()).select_from(SubjectRow)
    return session.scalar(_filtered(session, everybody, search)) or 0


def _filtered(session: Session, found: Select[T], search: SubjectSearch) -> Select[T]:
    if search.text:
        found = found.where(contains(session, SubjectRow.subject_id, search.text))
    if search.department is not None:
        members = select(SubjectGroupRow.subject_key).where(
            SubjectGroupRow.attribute == DEPARTMENT, SubjectGroupRow.value == search.department
        )
        found = found.where(SubjectRow.key.in_(members))
    return found
