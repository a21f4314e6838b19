"""mien audit: what was done, and the proof that nothing of it was changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mien.cli.console import (
    ACTOR,
    AsJson,
    DataDir,
    err,
    opened_database,
    out,
    print_json,
    read_file,
    reporting,
)
from mien.errors import InvalidRequestError

if TYPE_CHECKING:
    from mien.storage.audit import Checkpoint, SqlAuditLog
    from mien.storage.audit_export import Line

audit = typer.Typer(help="Verify and export the audit log.")

_PROGRESS_EVERY = 500
"""An entry takes microseconds."""

Kept = Annotated[
    Path | None,
    typer.Option("--checkpoint", help="A file of  mien audit checkpoint  that was kept elsewhere."),
]
To = Annotated[Path, typer.Option("--to", help="File to write.")]


@audit.command("verify")
def verify(data_dir: DataDir = None, checkpoint: Kept = None, as_json: AsJson = False) -> None:
    """Check every entry from the first on; exits 5 when one was changed, removed or moved."""
    with reporting(as_json=as_json):
        known = [] if checkpoint is None else [_read_checkpoint(checkpoint)]
        with opened_database(data_dir) as database, database.unit_of_work(ACTOR) as work:
            head = _verified(work.audit, known)
    values = {"sequence": head.sequence, "digest": head.digest.hex(), "kid": head.kid}
    if as_json:
        print_json({"intact": True, **values})
        return
    out.print(f"[green]intact[/] {head.sequence} entries", soft_wrap=True)
    out.print(f"head {head.digest.hex()}, signed with {head.kid}", soft_wrap=True)


@audit.command("export")
def export(
    data_dir: DataDir = None,
    to: Annotated[Path | None, typer.Option("--to", help="File to write; stdout without.")] = None,
    after: Annotated[int, typer.Option(min=0, help="Only entries of a higher sequence.")] = 0,
) -> None:
    """Write entries, signatures and public keys as JSON lines: checked without mien.

    examples/verify_audit_export.py checks such a file.
    """
    from mien.storage.audit_export import export_lines

    with (
        reporting(as_json=False),
        opened_database(data_dir) as database,
        database.unit_of_work(ACTOR) as work,
    ):
        lines = export_lines(work.audit, database.signing_keys.public_keys(), after=after)
        if to is None:
            for line in lines:
                typer.echo(json.dumps(line, separators=(",", ":")))
            return
        count = _write(to, lines)
    err.print(f"[green]exported[/] {count} lines to {to}", soft_wrap=True)


@audit.command("checkpoint")
def checkpoint(to: To, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Verify the log and write its signed head, to keep elsewhere: it shows any roll-back."""
    from mien.storage.audit_export import checkpoint_document

    with reporting(as_json=as_json):
        with opened_database(data_dir) as database, database.unit_of_work(ACTOR) as work:
            head = _verified(work.audit, [])
            document = checkpoint_document(head, database.signing_keys.public_keys())
        _write(to, iter([document]))
    if as_json:
        print_json(document)
    else:
        out.print(f"[green]signed[/] entry {head.sequence}: keep {to} elsewhere", soft_wrap=True)


def _read_checkpoint(path: Path) -> Checkpoint:
    from mien.storage.audit_export import parse_checkpoint

    return parse_checkpoint(read_file(path))


def _write(path: Path, lines: Iterator[Line]) -> int:
    count = 0
    try:
        with path.open("w") as file:
            for line in lines:
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
                count += 1
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be written: {error.strerror}") from error
    return count


def _verified(log: SqlAuditLog, known: Sequence[Checkpoint]) -> Checkpoint:
    """Check the whole log behind a bar on stderr."""
    bar = Progress(
        TextColumn("checking entries"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=log.count())

        def seen(sequence: int) -> None:
            if sequence % _PROGRESS_EVERY == 0:
                bar.update(task, completed=sequence)

        return log.verify(known, seen=seen)
