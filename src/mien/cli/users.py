"""mien users: who is enrolled, and what was done with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from mien.cli.console import AsJson, DataDir, opened_store, out, print_json
from mien.cli.recognize import SubjectName, verdict
from mien.core.attempt import parse_attempt_id
from mien.core.lockout import WITHOUT_PAD
from mien.core.template import parse_subject_id
from mien.errors import InvalidRequestError

users = typer.Typer(
    help="List, show, export, unlock and erase subjects, read their history, disown attempts."
)


@users.command("list")
def list_users(
    data_dir: DataDir = None,
    limit: Annotated[int, typer.Option(help="Subjects a page.")] = 100,
    offset: Annotated[int, typer.Option(help="Subjects to skip.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List the enrolled subjects."""
    from mien.service.list_subjects import list_subjects

    with opened_store(data_dir, as_json=as_json) as work:
        page = list_subjects(work, WITHOUT_PAD, limit=limit, offset=offset)
    if as_json:
        print_json({"total": page.total, "users": [subject.id for subject in page.subjects]})
        return
    table = Table("subject", "enrolled", "templates", "quality")
    for subject in page.subjects:
        table.add_row(
            subject.id,
            f"{subject.enrolled_at:%Y-%m-%d %H:%M} UTC",
            str(subject.template_count),
            f"{subject.average_quality:.2f}",
        )
    out.print(table)
    out.print(f"{len(page.subjects)} of {page.total} subjects")


@users.command("show")
def show_user(user_id: SubjectName, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show one subject."""
    from mien.service.show_subject import show_subject

    with opened_store(data_dir, as_json=as_json) as work:
        subject, lock = show_subject(work, parse_subject_id(user_id), WITHOUT_PAD)
    terms = subject.terms
    values = {
        "user_id": subject.id,
        "enrolled_at": subject.enrolled_at.isoformat(),
        "templates": subject.template_count,
        "adapted_templates": subject.adapted_count,
        "candidate_templates": subject.candidate_count,
        "avg_quality_score": subject.average_quality,
        "consent_purpose": terms.consent.purpose if terms.consent else None,
        "expires_at": terms.expires_at.isoformat() if terms.expires_at else None,
        "failed_attempts": lock.failures.count if lock else 0,
        "locked_until": lock.until.isoformat() if lock and lock.until else None,
    }
    if as_json:
        print_json(values)
    else:
        for name, value in values.items():
            out.print(f"{name:19} {value}")


@users.command("history")
def show_history(
    user_id: SubjectName,
    data_dir: DataDir = None,
    limit: Annotated[int, typer.Option(help="Attempts to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what was done with a subject and tried in its name, newest first."""
    from mien.service.read_history import read_history

    with opened_store(data_dir, as_json=as_json) as work:
        entries = read_history(work, parse_subject_id(user_id), limit=limit)
    if as_json:
        history = [{"sequence": e.sequence, **e.event.canonical()} for e in entries]
        print_json({"user_id": user_id, "history": history})
        return
    table = Table("when", "what", "by", "verdict", "reason", "attempt")
    for entry in entries:
        event = entry.event
        table.add_row(
            f"{event.at:%Y-%m-%d %H:%M:%S}",
            event.action,
            event.actor,
            "" if event.accepted is None else verdict(accepted=event.accepted),
            event.reason or "",
            str(event.details.get("attempt", "")),
        )
    out.print(table)


@users.command("export")
def export_user(
    user_id: SubjectName,
    to: Annotated[Path | None, typer.Option("--to", help="File to write; stdout without.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write all that is stored of a subject as JSON, for the person themselves."""
    from mien.bootstrap.clock import utc_now
    from mien.service.export_subject import export_subject

    with opened_store(data_dir, as_json=False) as work:
        export = export_subject(work, parse_subject_id(user_id), WITHOUT_PAD, utc_now())
        text = json.dumps(export.document(), indent=2)
        if to is None:
            typer.echo(text)
            return
        try:
            to.touch(mode=0o600)  # it is somebody's face in numbers
            to.write_text(text)
        except OSError as error:
            raise InvalidRequestError(f"{to} cannot be written: {error.strerror}") from error
    out.print(f"[green]exported[/] {user_id} to {to}")


@users.command("unlock")
def unlock_user(user_id: SubjectName, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Let a subject try again at once after too many failed attempts."""
    from mien.bootstrap.clock import utc_now
    from mien.service.lockouts import lift_lock

    with opened_store(data_dir, as_json=as_json) as work:
        lift_lock(work, parse_subject_id(user_id), utc_now())
    if as_json:
        print_json({"success": True, "user_id": user_id})
    else:
        out.print(f"[green]unlocked[/] {user_id}")


@users.command("disown")
def disown_attempt(
    user_id: SubjectName,
    attempt_id: Annotated[str, typer.Argument(help="The authentication, as history names it.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take back what was learned from an authentication: "this was not me"."""
    from mien.bootstrap.clock import utc_now
    from mien.service.disown import disown

    with opened_store(data_dir, as_json=as_json) as work:
        attempt = parse_attempt_id(attempt_id)
        disowned = disown(work, parse_subject_id(user_id), attempt, utc_now())
    if as_json:
        removed = {"adapted": disowned.adapted, "candidates": disowned.candidates}
        print_json({"success": True, "user_id": user_id, "attempt_id": attempt, "removed": removed})
    else:
        went = f"{disowned.adapted} adapted templates and {disowned.candidates} candidates"
        out.print(f"[green]disowned[/] {attempt} of {user_id}: {went} removed")


@users.command("erase")
def erase_user(user_id: SubjectName, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Erase a subject with templates and history."""
    from mien.bootstrap.clock import utc_now
    from mien.service.erase_subject import erase_subject

    with opened_store(data_dir, as_json=as_json) as work:
        erase_subject(work, parse_subject_id(user_id), utc_now())
    if as_json:
        print_json({"success": True, "user_id": user_id})
    else:
        out.print(f"[green]erased[/] {user_id}")
