"""Looks at everything that is stored, and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, final

import numpy as np
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Row, and_, exists, func, select, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from mien.core.audit import Pseudonym
from mien.core.consent import Purpose
from mien.core.groups import DEPARTMENT
from mien.core.template import Origin
from mien.errors import MienError
from mien.storage.audit import SqlAuditLog
from mien.storage.check_self import check_self
from mien.storage.database import Database
from mien.storage.dialects import snapshot
from mien.storage.expressions import STORED, opened_record
from mien.storage.findings import SHOWN, Finding, Problems
from mien.storage.master_keys import Sealed
from mien.storage.progress import Progress, ignore_progress
from mien.storage.signing_keys import about_signing_key
from mien.storage.tables import (
    Base,
    ConsentRow,
    ExpressionRow,
    SecretRow,
    SigningKeyRow,
    SubjectGroupRow,
    SubjectKeyRow,
    SubjectRow,
    TemplateRow,
)
from mien.storage.templates import STORED_DTYPE
from mien.storage.vault import DataKey, about_secret

_TOLD_EVERY: Final = 500
_STREAMED: Final = {"yield_per": 1000}
_UNFIT_INDEXES: Final = (
    "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND NOT (i.indisvalid AND i.indisready)"
)
_UNFIT_CONSTRAINTS: Final = (
    "SELECT c.conname FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace"
    " WHERE n.nspname = current_schema() AND NOT c.convalidated"
)


@final
class DatabaseCheck:
    """Every check reads the same moment of the database; nothing is changed."""

    def __init__(self, database: Database, progress: Progress = ignore_progress) -> None:
        """Take an open database."""
        self._database = database
        self._progress = progress

    def run(self) -> list[Finding]:
        """Return the findings of all checks, the sound ones too."""
        checks: dict[str, Callable[[Connection], Finding]] = {
            "integrity": _integrity,
            "schema": _schema,
            "foreign keys": _foreign_keys,
            "keys": self._keys,
            "templates": self._templates,
            "contract": _contract,
            "expressions": self._expressions,
            "consents": _consents,
            "self-service": partial(check_self, vault=self._database.vault),
            "audit log": self._audit_log,
        }
        findings = []
        for name, check in checks.items():
            try:
                with snapshot(self._database.engine) as connection:
                    findings.append(check(connection))
            except DBAPIError as error:
                findings.append(Finding(name, "unreadable", [str(error.orig).strip()]))
            except MienError as error:
                findings.append(Finding(name, "broken off at the first", [str(error)]))
        return findings

    def _keys(self, connection: Connection) -> Finding:
        """Open the secrets and signing keys of the database."""
        keys, problems, count = self._database.master_keys, Problems(), 0
        named = (
            (SecretRow.name, SecretRow, about_secret, "the secret"),
            (SigningKeyRow.kid, SigningKeyRow, about_signing_key, "the signing key"),
        )
        for name, table, about, what in named:
            for found, sealed, master in connection.execute(
                select(name, table.sealed, table.master_key_id)
            ):
                count += 1
                with problems.noting(f"{what} {found}"):
                    keys.unseal(Sealed(sealed, master), about(found))
        return Finding("keys", f"{count} secrets and signing keys", problems.told())

    def _templates(self, connection: Connection) -> Finding:
        """Open the key and every template of every subject."""
        total = connection.scalar(select(func.count()).select_from(SubjectRow)) or 0
        problems, subjects, templates = Problems(), 0, 0
        seen: int | None = None
        key: DataKey | None = None
        with connection.execute(_STORED, execution_options=_STREAMED) as found:
            for row in found:
                if row.key != seen:
                    seen, subjects, key = row.key, subjects + 1, self._opened_key(row, problems)
                    if row.template_id is None:
                        problems.add(f"{row.subject_id} has no template: erase and enroll anew")
                    if subjects % _TOLD_EVERY == 0 or subjects == total:
                        self._progress("opening templates of subjects", subjects, total)
                if key is not None and row.template_id is not None:
                    templates += 1
                    _open_template(row, key, problems)
        for subject_id in connection.scalars(_ONLY_LEARNED):
            problems.add(f"{subject_id} has no enrolled template: erase and enroll anew")
        return Finding("templates", f"{templates} of {subjects} subjects", problems.told())

    def _expressions(self, connection: Connection) -> Finding:
        """Open every expression that was kept."""
        problems, count = Problems(), 0
        with connection.execute(STORED, execution_options=_STREAMED) as found:
            for row in found:
                count += 1
                with problems.noting(f"an expression of {row.subject_id}"):
                    wrapped = Sealed(row[2], row.master_key_id)
                    pseudonym = Pseudonym(row.pseudonym)
                    opened_record(row, self._database.vault.open_data_key(pseudonym, wrapped))
        return Finding("expressions", f"{count} expressions", problems.told())

    def _opened_key(self, row: _Stored, problems: Problems) -> DataKey | None:
        if row.wrapped is None:
            problems.add(f"the key of {row.subject_id} is gone: erase and enroll anew")
            return None
        sealed = Sealed(row.wrapped, row.master_key_id)
        try:
            return self._database.vault.open_data_key(Pseudonym(row.pseudonym), sealed)
        except MienError as error:
            problems.add(f"the key of {row.subject_id}: {error}")
            return None

    def _audit_log(self, connection: Connection) -> Finding:
        """Verify the chain, its checkpoints and signatures."""
        with Session(connection) as session:
            log = SqlAuditLog(session, self._database.signing_keys)
            total = log.count()

            def tell(sequence: int) -> None:
                if sequence % _TOLD_EVERY == 0 or sequence == total:
                    self._progress("verifying the audit log", sequence, total)

            log.verify(seen=tell)
        return Finding("audit log", f"{total} entries")


_Stored = Row[int, str, str, bytes | None, str, str | None, str, bytes, str]
_STORED: Final = (
    select(
        SubjectRow.key,
        SubjectRow.subject_id,
        SubjectRow.pseudonym,
        SubjectKeyRow.sealed.label("wrapped"),
        SubjectKeyRow.master_key_id,
        TemplateRow.template_id,
        TemplateRow.contract,
        TemplateRow.sealed,
        TemplateRow.origin,
    )
    .outerjoin(SubjectKeyRow, SubjectKeyRow.subject_key == SubjectRow.key)
    .outerjoin(TemplateRow, TemplateRow.subject_key == SubjectRow.key)
    .order_by(SubjectRow.key, TemplateRow.key)
)


_ONLY_LEARNED: Final = (
    select(SubjectRow.subject_id)
    .join(TemplateRow, TemplateRow.subject_key == SubjectRow.key)
    .group_by(SubjectRow.subject_id)
    .having(func.count().filter(TemplateRow.origin == Origin.ENROLLED) == 0)
)
"""Subjects whose reference would be made of what was learned alone."""


def _open_template(row: _Stored, key: DataKey, problems: Problems) -> None:
    with problems.noting(f"a template of {row.subject_id}"):
        stored = key.unseal(
            row.sealed, contract=row.contract, template_id=row.template_id, origin=row.origin
        )
        whole = len(stored) % STORED_DTYPE.itemsize == 0
        if not stored or not whole or not np.isfinite(np.frombuffer(stored, STORED_DTYPE)).all():
            problems.add(f"a template of {row.subject_id} is no vector: erase and enroll anew")


def _integrity(connection: Connection) -> Finding:
    """Read the pages of SQLite; of PostgreSQL, whose server checks its own, all rows."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        return Finding("integrity", "every page", [] if rows == ["ok"] else rows[:SHOWN])
    problems = Problems()
    for name in connection.exec_driver_sql(_UNFIT_INDEXES).scalars():
        problems.add(f"the index {name} is not valid: REINDEX INDEX {name}")
    for name in connection.exec_driver_sql(_UNFIT_CONSTRAINTS).scalars():
        problems.add(f"the constraint {name} was never validated")
    rows_read = 0
    for table in Base.metadata.sorted_tables:
        # As text, so that the server takes up each value, long ones from where they are put away.
        quoted = f'SELECT count(*), sum(length(t::text)) FROM "{table.name}" AS t'  # noqa: S608 ours
        rows_read += connection.exec_driver_sql(quoted).one()[0]
    checksums = connection.exec_driver_sql("SHOW data_checksums").scalar_one()
    return Finding("integrity", f"{rows_read} rows, page checksums {checksums}", problems.told())


def _schema(connection: Connection) -> Finding:
    """Compare the tables with those that this version of mien works with."""
    options = {"compare_type": True}
    differences = compare_metadata(
        MigrationContext.configure(connection, opts=options), Base.metadata
    )
    problems = Problems()
    for difference in differences:
        problems.add(f"not as mien makes it: {difference}")
    return Finding("schema", f"{len(Base.metadata.tables)} tables", problems.told())


def _foreign_keys(connection: Connection) -> Finding:
    """Look for rows whose parent is gone, which the database itself should have refused."""
    problems, count = Problems(), 0
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            count += 1
            name = constraint.referred_table.name
            parent = constraint.referred_table.alias()
            matches = [parent.columns[key.column.name] == key.parent for key in constraint.elements]
            orphans = select(func.count()).where(
                *(key.parent.is_not(None) for key in constraint.elements),
                ~select(1).select_from(parent).where(and_(*matches)).exists(),
            )
            found = connection.execute(orphans.select_from(table)).scalar_one()
            if found:
                problems.add(f"{found} rows of {table.name} belong to no {name}")
    return Finding("foreign keys", f"{count} references", problems.told())


def _contract(connection: Connection) -> Finding:
    """Look whether all templates were made by the same models, and rotated by the same secret."""
    counted = select(TemplateRow.contract, func.count()).group_by(TemplateRow.contract)
    found = connection.execute(counted.order_by(func.count().desc())).all()
    problems = [
        f"{count} templates of {contract}, which cannot be compared with the others"
        for contract, count in found[1:]
    ]
    return Finding("contract", found[0][0] if found else "no templates", problems)


def _consents(connection: Connection) -> Finding:
    """Look for what is kept without the consent that it needs."""
    problems = Problems()
    needing = (
        (ExpressionRow, Purpose.EXPRESSION, true(), "expressions"),
        (SubjectGroupRow, Purpose.FAIRNESS, SubjectGroupRow.attribute != DEPARTMENT, "groups"),
    )
    for table, purpose, counts, what in needing:
        agreed = exists().where(
            ConsentRow.subject_key == table.subject_key, ConsentRow.purpose == purpose
        )
        kept = select(func.count()).select_from(table).where(counts, ~agreed)
        if found := connection.execute(kept).scalar_one():
            problems.add(f"{found} {what} of people who have not agreed to {purpose}")
    count = connection.execute(select(func.count()).select_from(ConsentRow)).scalar_one()
    return Finding("consents", f"{count} consents", problems.told())
