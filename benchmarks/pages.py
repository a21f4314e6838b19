"""What the dashboard's pages ask of a store of 100,000 people and 500,000 audit entries.

python -m benchmarks.pages; with --postgresql (a server on 127.0.0.1, as the tests use) that one too
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, insert

from benchmarks.measure import (
    Json,
    Laps,
    Result,
    Run,
    Surroundings,
    argument_parser,
    finish,
    interleave,
    show_table,
)
from mien.core.attempt_counts import Bucket
from mien.core.audit import AuditAction
from mien.core.audit_log import AuditFilter
from mien.core.groups import DEPARTMENT, Group
from mien.core.subject_search import SubjectSearch
from mien.core.template import SubjectId
from mien.storage.database import Database
from mien.storage.tables import AuditEntryRow, Base, SubjectGroupRow, SubjectRow, TemplateRow
from mien.storage.unit_of_work import SqlUnitOfWork
from tests.databases import POSTGRES, SQLITE, fresh_url, open_database

_NOW: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
_YEAR: Final = timedelta(days=365)
_TEMPLATES: Final = 3
_DEPARTMENTS: Final = 50
_PAGE: Final = 50
_AT_A_TIME: Final = 5000

_Query = Callable[[SqlUnitOfWork], object]


def queries(subjects: int) -> dict[str, _Query]:
    """Return what pages ask, by what people would call it."""

    def people(search: SubjectSearch, offset: int = 0) -> _Query:
        return lambda work: (
            work.subjects.page(limit=_PAGE, offset=offset, search=search),
            work.subjects.count(search),
        )

    def attempts(span: timedelta, bucket: Bucket) -> _Query:
        return lambda work: work.audit_queries.count(_NOW - span, _NOW, bucket)

    def audit(wanted: AuditFilter) -> _Query:
        return lambda work: work.audit_queries.find(wanted, limit=100, before=2**60)

    return {
        "people: first page": people(SubjectSearch()),
        "people: last page": people(SubjectSearch(), subjects - _PAGE),
        "people: search": people(SubjectSearch("0123")),
        "people: search for nobody": people(SubjectSearch("nobody")),
        "people: a department": people(SubjectSearch("", Group("d7"))),
        "attempts: hours of a day": attempts(timedelta(days=1), Bucket.HOUR),
        "attempts: days of a month": attempts(timedelta(days=30), Bucket.DAY),
        "attempts: weeks of a year": attempts(_YEAR, Bucket.WEEK),
        "attendance of a month": lambda work: work.audit_queries.attendance(
            DEPARTMENT, _NOW - timedelta(days=30), _NOW
        ),
        "audit: newest 100": audit(AuditFilter()),
        "audit: what never was": audit(AuditFilter(action=AuditAction.ERASE)),
        "a subject's own threshold": lambda work: work.thresholds.of_subject(
            SubjectId("employee.000007@example.org"), DEPARTMENT
        ),
    }


def fill(engine: Engine, subjects: int, entries: int) -> None:
    """Write people, templates that nobody can open, departments, and a year of attempts."""
    _insert(engine, SubjectRow, subjects, lambda number: [_subject(number, subjects)])
    _insert(engine, TemplateRow, subjects, _templates)
    _insert(engine, SubjectGroupRow, subjects, lambda number: [_department(number)])
    _insert(engine, AuditEntryRow, entries, lambda number: [_attempt(number, subjects, entries)])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("ANALYZE")


def _insert(
    engine: Engine,
    table: type[Base],
    count: int,
    rows_of: Callable[[int], Sequence[Mapping[str, object]]],
) -> None:
    with engine.begin() as connection:
        for first in range(0, count, _AT_A_TIME):
            numbers = range(first, min(first + _AT_A_TIME, count))
            rows = [dict(row) for number in numbers for row in rows_of(number)]
            connection.execute(insert(table), rows)


def _subject(number: int, subjects: int) -> dict[str, object]:
    # Enrolled in another order than that of their ids, as people are.
    subject_id = f"employee.{number * 7919 % subjects:06d}@example.org"
    return {
        "key": number + 1,
        "subject_id": subject_id,
        "pseudonym": f"{number:032x}",
        "enrolled_at": _NOW,
    }


def _templates(number: int) -> list[dict[str, object]]:
    return [
        {
            "template_id": f"{number * _TEMPLATES + take:032x}",
            "subject_key": number + 1,
            "contract": "c" * 32,
            "sealed": bytes(64),
            "quality": 0.8,
            "origin": "enrolled",
            "added_at": _NOW,
        }
        for take in range(_TEMPLATES)
    ]


def _department(number: int) -> dict[str, object]:
    value = f"d{number % _DEPARTMENTS}"
    return {"subject_key": number + 1, "attribute": DEPARTMENT, "value": value}


def _attempt(number: int, subjects: int, entries: int) -> dict[str, object]:
    accepted = number % 12 != 0
    return {
        "sequence": number + 1,
        "at": _NOW - _YEAR + number * (_YEAR / entries),
        "action": "authenticate" if number % 10 else "identify",
        "actor": "key:1f2e3d4c",
        "subject": f"{number * 31 % subjects:032x}",
        "accepted": accepted,
        "reason": "MATCH" if accepted else "LOW_CONFIDENCE",
        "false_match_rate": 1e-5,
        "details": f'{{"attempt": "{number:032x}", "failed_checks": "", "liveness": "none"}}',
        "digest": bytes(32),
    }


def _runs(database: Database, subjects: int) -> Iterator[tuple[str, Run]]:
    for name, query in queries(subjects).items():

        def run(lap: Laps, query: _Query = query) -> None:
            with database.unit_of_work("benchmark") as work:
                query(work)
            lap("query")

        yield name, run


def measure(kind: str, subjects: int, entries: int, rounds: int) -> dict[str, Result]:
    """Fill a fresh database of a kind and ask it everything, in turns."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(fresh_url(kind, folder))
        database = stack.enter_context(open_database(url, folder))
        fill(database.engine, subjects, entries)
        return interleave(dict(_runs(database, subjects)), rounds=rounds)


def main() -> None:
    """Measure, print the table."""
    parser = argument_parser("What the dashboard's pages ask of a large store.")
    parser.add_argument("--subjects", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    surroundings = Surroundings()
    kinds = [SQLITE, POSTGRES] if options.postgresql else [SQLITE]
    results = {
        kind: measure(kind, options.subjects, options.entries, options.rounds) for kind in kinds
    }
    show_table(
        f"{options.subjects:,} people, {options.entries:,} entries: median ms (p95)",
        ["page", *kinds],
        [[name, *(_cell(results[kind][name]) for kind in kinds)] for name in results[SQLITE]],
    )
    report: list[Json] = [
        {"database": kind, "pages": {name: result.as_json() for name, result in pages.items()}}
        for kind, pages in results.items()
    ]
    finish(
        "pages", report, surroundings=surroundings, packages=("sqlalchemy",), json_file=options.json
    )


def _cell(result: Result) -> str:
    return f"{result.total.median_ms:.1f} ({result.total.percentile_ms(95):.1f})"


if __name__ == "__main__":
    main()
