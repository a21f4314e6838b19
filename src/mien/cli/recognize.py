"""mien enroll, verify and identify."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from mien.cli.console import (
    ACTOR,
    AsJson,
    DataDir,
    Exit,
    ImagePath,
    ImagePaths,
    TargetFmr,
    opened_application,
    out,
    print_json,
    read_file,
)
from mien.core.policy import Reason
from mien.core.template import parse_subject_id
from mien.service.terms import Wish

SubjectName = Annotated[str, typer.Argument(help="The subject's id, yours to choose.")]

_WHY = {
    Reason.UNKNOWN_SUBJECT: "nobody of that name is enrolled",
    Reason.IMAGE_REPLAYED: "this very file was used before, take a new photo",
    Reason.LOCKED_OUT: "too many failed attempts, wait or  mien users unlock",
}


def enroll(
    user_id: SubjectName,
    images: ImagePaths,
    data_dir: DataDir = None,
    purpose: Annotated[
        str | None, typer.Option("--consent", help="What the person agreed to.")
    ] = None,
    days: Annotated[
        int | None, typer.Option("--retention-days", min=1, help="Erase after so many days.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Enroll a subject from 1 to 10 photos."""
    wish = Wish(purpose, None if days is None else timedelta(days=days))
    with opened_application(data_dir, as_json=as_json) as mien:
        photos = [read_file(path) for path in images]
        with mien.unit_of_work(ACTOR) as work:
            result = mien.enroll(work, parse_subject_id(user_id), photos, wish)
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
    """Verify that a photo shows a subject (1:1); exits 3 when it does not.

    A photo does not show that anybody is there: see  mien live.
    """
    with opened_application(data_dir, as_json=as_json, target_fmr=fmr) as mien:
        photo = read_file(image)
        with mien.unit_of_work(ACTOR) as work:
            answer = mien.authenticate(work, parse_subject_id(user_id), photo)
    decision = None if answer.reason is Reason.UNKNOWN_SUBJECT else answer.decision
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
    elif answer.reason not in {Reason.MATCH, Reason.LOW_CONFIDENCE} or decision is None:
        out.print(f"[red]refused[/] {answer.subject_id}: {_WHY[answer.reason]}")
    else:
        out.print(
            f"{verdict(accepted=answer.accepted)} {answer.subject_id}: "
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
        with mien.unit_of_work(ACTOR) as work:
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
                verdict(accepted=decision.accepted),
                f"{decision.similarity:.4f}",
                f"{decision.threshold:.4f}",
                f"{decision.false_match_rate:.1e}",
            )
        if answer.reason is Reason.IMAGE_REPLAYED:
            out.print(f"[red]refused[/] {_WHY[answer.reason]}")
        elif answer.reason is Reason.EMPTY_GALLERY:
            out.print("nobody is enrolled yet: mien enroll NAME PHOTO...")
        else:
            out.print(table)
    if not answer.found:
        raise typer.Exit(Exit.REFUSED)


def verdict(*, accepted: bool) -> str:
    """Return how a decision is shown."""
    return "[green]accepted[/]" if accepted else "[red]refused[/]"
