"""mien db: the database itself, upgraded, backed up, restored and checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from mien.cli.console import (
    ACTOR,
    AsJson,
    DataDir,
    Exit,
    err,
    out,
    print_json,
    read_settings,
    reporting,
)
from mien.errors import StorageError

if TYPE_CHECKING:
    from mien.storage.database import Database
    from mien.storage.restore import Restored

db = typer.Typer(help="Upgrade, back up, restore and check the database.")


@db.command("upgrade")
def upgrade_database(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Bring the database of an older version to the schema of this one."""
    with reporting(as_json=as_json):
        from mien.bootstrap.clock import utc_now
        from mien.bootstrap.data import database_url, key_source
        from mien.storage.database import upgrade_at
        from mien.storage.master_keys import KeyFile

        settings = read_settings(data_dir)
        source = key_source(settings)
        has_key = not isinstance(source, KeyFile) or source.exists()
        before, after = upgrade_at(database_url(settings), source, utc_now)
    made_key = str(source.path) if isinstance(source, KeyFile) and not has_key else None
    if as_json:
        print_json({"from": before, "to": after, "master_key_made": made_key})
        return
    if before == after:
        out.print(f"the database has schema {after} already, the newest")
    else:
        out.print(f"[green]upgraded[/] the database from schema {before or 'none'} to {after}")
    if made_key:
        err.print(
            f"[yellow]a master key was made:[/] {escape(made_key)}. Keep a copy of it where the "
            "backups are not: without it no template can be read, ever",
            soft_wrap=True,
        )


@db.command("backup")
def back_up_database(
    folder: Annotated[Path, typer.Argument(help="Folder of the backups.", file_okay=False)],
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys",
            help="Where the backup of the keys goes, of which only the newest may be kept.",
            show_default="FOLDER/keys.backup",
            dir_okay=False,
        ),
    ] = None,
    keys_only: Annotated[
        bool,
        typer.Option("--keys-only", help="Replace only the keys, as after an erasure."),
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write a backup, while servers go on, and replace the backup of the keys."""
    with reporting(as_json=as_json), _existing_database(data_dir) as database:
        from mien.bootstrap.clock import utc_now
        from mien.storage.backup import back_up

        with _showing_progress() as progress:
            made = back_up(
                database,
                folder,
                ACTOR,
                utc_now(),
                keys=keys,
                keys_only=keys_only,
                progress=progress,
            )
    if as_json:
        print_json(
            {
                "backup": str(made.data) if made.data else None,
                "keys": str(made.keys),
                "made_at": made.made_at.isoformat(),
                "subjects": made.subjects,
            }
        )
        return
    if made.data:
        size = made.data.stat().st_size / 1e6
        out.print(
            f"[green]backed up[/] {made.subjects} subjects to {escape(str(made.data))} "
            f"({size:.1f} MB), verified",
            soft_wrap=True,
        )
    out.print(
        f"[green]replaced[/] the keys in {escape(str(made.keys))}: keep only this newest one, an "
        "older copy still opens the templates of who was erased since",
        soft_wrap=True,
    )


@db.command("restore")
def restore_database(
    backup: Annotated[Path, typer.Argument(help="A backup, mien-....backup.", dir_okay=False)],
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys",
            help="The backup of the keys, for an empty database: the newest keys.backup.",
            dir_okay=False,
        ),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Turn back the gallery of a database that has data."),
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Restore a backup, all of it or nothing; who was erased since stays erased."""
    with reporting(as_json=as_json):
        from mien.bootstrap.clock import utc_now
        from mien.bootstrap.data import database_url, key_source
        from mien.storage.restore import Target, restore

        settings = read_settings(data_dir)
        target = Target(database_url(settings), key_source(settings), utc_now, ACTOR)
        with _showing_progress() as progress:
            restored = restore(backup, target, keys=keys, replace=replace, progress=progress)
    if as_json:
        print_json({**asdict(restored), "made_at": restored.made_at.isoformat()})
        return
    for line in _told(restored):
        out.print(line, soft_wrap=True)


@db.command("check")
def check_database(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Look at everything that is stored: integrity, keys, templates, audit log."""
    with reporting(as_json=as_json), _existing_database(data_dir) as database:
        from mien.storage.check import DatabaseCheck

        with _showing_progress() as progress:
            findings = DatabaseCheck(database, progress).run()
    sound = all(finding.sound for finding in findings)
    if as_json:
        rows = [
            {**asdict(finding), "problems": [*finding.problems], "sound": finding.sound}
            for finding in findings
        ]
        print_json({"sound": sound, "checks": rows})
    else:
        table = Table("check", "looked at", "")
        for finding in findings:
            problems = "\n".join(f"[red]{escape(problem)}[/]" for problem in finding.problems)
            table.add_row(finding.check, finding.looked_at, problems or "[green]sound[/]")
        out.print(table)
    if not sound:
        raise typer.Exit(Exit.INSTALLATION)


@contextmanager
def _existing_database(data_dir: Path | None) -> Iterator[Database]:
    """Open the database; raise StorageError where there is none, instead of making one."""
    from mien.bootstrap.data import database_url, open_database
    from mien.storage.database import is_there

    settings = read_settings(data_dir)
    url = database_url(settings)
    if not is_there(url):
        raise StorageError(
            f"there is no database {url.render_as_string(hide_password=True)}: name its folder "
            "with --data-dir, or the server with MIEN_DATABASE_URL"
        )
    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()


def _told(restored: Restored) -> Iterator[str]:
    yield (
        f"[green]restored[/] {_subjects(restored.subjects)} with {restored.templates} templates, "
        f"as of {restored.made_at:%Y-%m-%d %H:%M:%S} UTC"
    )
    if restored.erased_since:
        were, stay = ("was", "stays") if restored.erased_since == 1 else ("were", "stay")
        yield f"{_subjects(restored.erased_since)} {were} erased since and {stay} erased"
    if restored.enrolled_since:
        yield f"{_subjects(restored.enrolled_since)} enrolled since, and not there any more"
    if restored.everything:
        yield (
            "[yellow]look at[/] the API keys and operators: who was locked out since the backup "
            "is let in again; every operator has to sign in anew"
        )
    else:
        yield "API keys, operators, locks, seen photos and the audit log are as they were"
        if restored.restart_needed:
            yield "the templates are in the rotation of then:  mien keys renew-templates"
    if restored.restart_needed:
        yield "[yellow]start the servers anew:[/] they remember what was there before"


def _subjects(count: int) -> str:
    return "1 subject" if count == 1 else f"{count} subjects"


class _Bars:
    """Draws a bar for each part of a long run, on stderr."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far a part is."""
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=total)
        self._bars.update(self._tasks[what], completed=done, total=total)


@contextmanager
def _showing_progress() -> Iterator[_Bars]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    # In a file or a pipe a bar says nothing.
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        yield _Bars(bars)
