"""mien enroll, verify, identify and users: the gallery of the data folder."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from mien.cli.console import (
    AsJson,
    DataDir,
    Exit,
    ImagePath,
    ImagePaths,
    TargetFmr,
    opened_application,
    opened_store,
    out,
    print_json,
    read_file,
)
from mien.core.template import parse_subject_id

SubjectName = Annotated[str, typer.Argument(help="The subject's id, yours to choose.")]

users = typer.Typer(help="List, show and erase subjects, and read their history.")


def enroll(
    user_id: SubjectName, images: ImagePaths, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Enroll a subject from 1 to 10 photos."""
    with opened_application(data_dir, as_json=as_json) as mien:
        photos = [read_file(path) for path in images]
        with mien.unit_of_work() as work:
            result = mien.enroll(work, parse_subject_id(user_id), photos)
    if as_json:
        print_json(
            {
                "user_id": result.subject_id,
                "samples_processed": len(result.samples),
                "valid_samples": result.valid_samples,
                "avg_quality_score": result.average_quality,
                "sample_reasons": [sample.reason for sample in result.samples],
                "possible_duplicates": list(result.duplicates),
            }
        )
        return
    out.print(
        f"[green]enrolled[/] {result.subject_id} from {result.valid_samples} of "
        f"{len(result.samples)} images, quality {result.average_quality:.2f}"
    )
    for path, sample in zip(images, result.samples, strict=True):
        if sample.reason:
            out.print(f"  [yellow]left out[/] {path}: {sample.reason} - {sample.message}")
    if result.duplicates:
        out.print(f"  [yellow]looks like[/] {', '.join(result.duplicates)}")


def verify(
    user_id: SubjectName,
    image: ImagePath,
    data_dir: DataDir = None,
    fmr: TargetFmr = None,
    as_json: AsJson = False,
) -> None:
    """Verify that a photo shows a subject (1:1); exits 3 when it does not."""
    with opened_application(data_dir, as_json=as_json, target_fmr=fmr) as mien:
        photo = read_file(image)
        with mien.unit_of_work() as work:
            answer = mien.authenticate(work, parse_subject_id(user_id), photo)
    decision = answer.decision
    if as_json:
        print_json(
            {
                "user_id": answer.subject_id,
                "authenticated": answer.accepted,
                "reason": answer.reason,
                "similarity": decision.similarity if decision else None,
                "confidence": decision.confidence if decision else 0.0,
                "false_match_rate": decision.false_match_rate if decision else None,
                "target_fmr": decision.target if decision else None,
                "extrapolated": decision.extrapolated if decision else False,
                "log10_likelihood_ratio": decision.log10_likelihood_ratio if decision else None,
            }
        )
    elif decision is None:
        out.print(f"[red]refused[/] nobody is enrolled as {answer.subject_id}")
    else:
        out.print(
            f"{_verdict(accepted=answer.accepted)} {answer.subject_id}: "
            f"similarity {decision.similarity:.4f}, threshold {decision.threshold:.4f}, "
            f"an impostor scores this in {decision.false_match_rate:.1e} of attempts"
        )
    if not answer.accepted:
        raise typer.Exit(Exit.REFUSED)


def identify(
    image: ImagePath,
    data_dir: DataDir = None,
    top_k: Annotated[int, typer.Option("--top", help="Subjects to show.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Find out whom a photo shows (1:N); exits 3 when nobody is recognized."""
    with opened_application(data_dir, as_json=as_json) as mien:
        photo = read_file(image)
        with mien.unit_of_work() as work:
            answer = mien.identify(work, photo, top_k)
    if as_json:
        print_json(
            {
                "found": answer.found,
                "reason": answer.reason,
                "total_users_checked": answer.subjects_checked,
                "matches": [
                    {
                        "user_id": match.subject_id,
                        "accepted": match.decision.accepted,
                        "similarity": match.decision.similarity,
                        "confidence": match.decision.confidence,
                        "false_match_rate": match.decision.false_match_rate,
                    }
                    for match in answer.matches
                ],
            }
        )
    else:
        table = Table("subject", "verdict", "cosine", "threshold", "impostors that reach this")
        for match in answer.matches:
            decision = match.decision
            table.add_row(
                match.subject_id,
                _verdict(accepted=decision.accepted),
                f"{decision.similarity:.4f}",
                f"{decision.threshold:.4f}",
                f"{decision.false_match_rate:.1e}",
            )
        out.print(table if answer.matches else "nobody is enrolled yet: mien enroll NAME PHOTO...")
    if not answer.found:
        raise typer.Exit(Exit.REFUSED)


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
        page = list_subjects(work, limit=limit, offset=offset)
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
        subject = show_subject(work, parse_subject_id(user_id))
    values = {
        "user_id": subject.id,
        "enrolled_at": subject.enrolled_at.isoformat(),
        "templates": subject.template_count,
        "avg_quality_score": subject.average_quality,
    }
    if as_json:
        print_json(values)
    else:
        for name, value in values.items():
            out.print(f"{name:18} {value}")


@users.command("history")
def show_history(
    user_id: SubjectName,
    data_dir: DataDir = None,
    limit: Annotated[int, typer.Option(help="Attempts to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what was tried in a subject's name, newest first."""
    from mien.service.read_history import read_history

    with opened_store(data_dir, as_json=as_json) as work:
        attempts = read_history(work, parse_subject_id(user_id), limit=limit)
    if as_json:
        print_json(
            {
                "user_id": user_id,
                "history": [
                    {
                        "at": attempt.at.isoformat(),
                        "kind": attempt.kind,
                        "accepted": attempt.accepted,
                        "reason": attempt.reason,
                        "false_match_rate": attempt.false_match_rate,
                    }
                    for attempt in attempts
                ],
            }
        )
        return
    table = Table("when", "what", "verdict", "reason")
    for attempt in attempts:
        verdict = _verdict(accepted=attempt.accepted)
        table.add_row(f"{attempt.at:%Y-%m-%d %H:%M:%S}", attempt.kind, verdict, attempt.reason)
    out.print(table)


@users.command("erase")
def erase_user(user_id: SubjectName, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Erase a subject with templates and history."""
    from mien.service.erase_subject import erase_subject

    with opened_store(data_dir, as_json=as_json) as work:
        erase_subject(work, parse_subject_id(user_id))
    if as_json:
        print_json({"success": True, "user_id": user_id})
    else:
        out.print(f"[green]erased[/] {user_id}")


def _verdict(*, accepted: bool) -> str:
    return "[green]accepted[/]" if accepted else "[red]refused[/]"
