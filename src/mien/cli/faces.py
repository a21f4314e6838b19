"""mien compare and detect: photos alone, no gallery."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mien.cli.console import (
    AsJson,
    DataDir,
    Exit,
    ImagePath,
    TargetFmr,
    import_progress,
    out,
    print_json,
    read_file,
    read_settings,
    reporting,
)

if TYPE_CHECKING:
    from mien.engine import FaceEngine

MinFacePx = Annotated[
    float | None,
    typer.Option("--min-face", help="Smallest face in pixels.", show_default="40", min=8),
]


def compare(
    first: ImagePath,
    second: ImagePath,
    data_dir: DataDir = None,
    fmr: TargetFmr = None,
    as_json: AsJson = False,
) -> None:
    """Compare the faces of two photos; exits 3 when they are not the same person."""
    with reporting(as_json=as_json):
        engine = _engine(data_dir)
        target = read_settings(data_dir, target_fmr=fmr).target_fmr
        result = engine.compare(read_file(first), read_file(second), target_fmr=target)
    decision = result.decision
    if as_json:
        print_json(
            {
                "same_person": result.accepted,
                "similarity": decision.similarity,
                "threshold": decision.threshold,
                "false_match_rate": decision.false_match_rate,
                "target_fmr": decision.target,
            }
        )
    else:
        verdict = "[green]same person[/]" if result.accepted else "[red]not the same person[/]"
        out.print(
            f"{verdict}  similarity {decision.similarity:.4f}, threshold {decision.threshold:.4f} "
            f"at a false match rate of {decision.target:g}",
            soft_wrap=True,
        )
    if not result.accepted:
        raise typer.Exit(Exit.REFUSED)


def detect(
    image: ImagePath,
    data_dir: DataDir = None,
    draw: Annotated[
        Path | None, typer.Option(help="Write the photo with boxes and landmarks to this PNG.")
    ] = None,
    min_face_px: MinFacePx = None,
    as_json: AsJson = False,
) -> None:
    """Find every face of a photo; exits 4 when there is none."""
    with reporting(as_json=as_json):
        from mien.core.detection import DEFAULT_MIN_FACE_PX

        engine = _engine(data_dir)
        limits = read_settings(data_dir).quality.limits()
        photo = read_file(image)
        faces = engine.detect(photo, min_face_px=min_face_px or DEFAULT_MIN_FACE_PX)
        if draw is not None:
            from mien.cli.drawing import draw_faces

            draw_faces(photo, faces, limits, draw)
    if as_json:
        print_json(
            {
                "faces": [
                    {
                        "box": [face.box.left, face.box.top, face.box.right, face.box.bottom],
                        "score": face.score,
                        "landmarks": face.landmarks.points.tolist(),
                        "quality_score": face.quality.score(limits),
                        "quality_reasons": list(face.quality.reasons(limits)),
                    }
                    for face in faces
                ]
            }
        )
    else:
        table = Table("face", "left, top", "width", "score", "quality", "reasons")
        for number, face in enumerate(faces, start=1):
            table.add_row(
                str(number),
                f"{face.box.left:.0f}, {face.box.top:.0f}",
                f"{face.box.width:.0f}",
                f"{face.score:.2f}",
                f"{face.quality.score(limits):.2f}",
                ", ".join(face.quality.reasons(limits)) or "good",
            )
        out.print(table if faces else "no face was found")
        if draw is not None:
            out.print(f"drawn to {draw}")
    if not faces:
        raise typer.Exit(Exit.BAD_IMAGE)


def _engine(data_dir: Path | None) -> FaceEngine:
    from mien.engine import FaceEngine

    with import_progress() as progress:
        return FaceEngine(data_dir, progress=progress)
