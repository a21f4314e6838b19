"""What the commands that measure share: the pack, the photos, and a bar while they are embedded."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import typer
from rich.markup import escape

from mien.cli.console import Exit, err, import_progress, out, print_json, read_settings
from mien.errors import InvalidRequestError, MienError, StorageError

if TYPE_CHECKING:
    from mien.core.matching import LearnedFusion, Matcher
    from mien.evaluation.embed_photos import EmbeddedPhotos
    from mien.evaluation.expression.assess import ExpressionAssessment
    from mien.evaluation.expression.ferplus import FerPlus
    from mien.evaluation.pad.protocol import PadProtocol
    from mien.evaluation.pad.scores import PadVotes
    from mien.evaluation.protocol import PairProtocol
    from mien.evaluation.tables import DataTable
    from mien.inference.antispoof.passive import PassiveDetector
    from mien.inference.expression.reader import NetworkExpressionReader
    from mien.inference.pipeline import FacePipeline
    from mien.settings import Settings

FUSION_OF = "with the fusion of: "
"""In a calibration's source, before the source of a fusion that it took over."""

_EVALUATE = ("matplotlib", "scipy", "sklearn")
_EXTRAS = {"evaluate": _EVALUATE, "train": (*_EVALUATE, "torch")}


@dataclass(frozen=True, slots=True)
class Measured:
    """A pack and what it made of a protocol's photos.

    trained_on: source of the learned fusion in use, None without one.
    """

    settings: Settings
    pack: str
    pipeline: FacePipeline
    protocol: PairProtocol
    photos: EmbeddedPhotos
    fusion: LearnedFusion | None
    trained_on: str | None

    @classmethod
    def embed(cls, protocol: PairProtocol, data_dir: Path | None) -> Self:
        """Load the pack that the settings ask for and embed every photo."""
        from mien.bootstrap.recognition import choose, load_pipeline
        from mien.core.matching import Matcher
        from mien.inference.calibration import load_calibration

        settings = read_settings(data_dir)
        choice = choose(settings)
        with import_progress() as progress:
            pipeline = load_pipeline(settings, choice, threads=1, progress=progress)
        name, fusion, source = choice.pack.name, None, None
        try:
            folder = settings.data_dir / "calibrations"
            calibration, fusion = load_calibration(name, pipeline.contract, folder)
            source = calibration.source
        except MienError:
            err.print(f"pack {name} is not calibrated: its similarities are mean cosines")
        matcher = Matcher(pipeline.contract.parts, fusion)
        photos = _embed(protocol, pipeline, matcher, threads=settings.workers)
        trained_on = source.rpartition(FUSION_OF)[2] if fusion and source else None
        return cls(settings, name, pipeline, protocol, photos, fusion, trained_on)

    def warn_if_taught(self) -> None:
        """Say so when the learned fusion may have seen these photos."""
        if self.trained_on is not None and self.trained_on.startswith(self.protocol.name):
            err.print(
                f"the learned fusion of pack {self.pack} was trained on {self.protocol.name}: "
                "for figures on unseen people run  mien train fusion",
                soft_wrap=True,
            )


def require_extra(extra: str = "evaluate", *, as_json: bool) -> None:
    """Exit unless the packages of the extra are there."""
    if all(importlib.util.find_spec(package) for package in _EXTRAS[extra]):
        return
    message = f"this needs more packages: pip install 'mien[{extra}]'"
    if as_json:
        print_json({"error": {"code": "EXTRA_MISSING", "message": message}})
    else:
        err.print(escape(message))
    raise typer.Exit(Exit.ERROR)


@dataclass(frozen=True, slots=True)
class Telling:
    """Where figures go: to the terminal, as JSON for programs, and into the folder of a report."""

    report: Path | None
    as_json: bool

    def require_room(self) -> None:
        """Make the folder, before an hour is spent on what goes into it; raise StorageError."""
        if self.report is None:
            return
        try:
            self.report.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{self.report} cannot be made: {error.strerror}") from error

    def tell(
        self, values: Mapping[str, object], tables: Iterable[DataTable], notes: Iterable[str]
    ) -> None:
        """Print the figures, and say where the report is."""
        from mien.evaluation.report import print_tables

        if self.as_json:
            print_json(values)
        else:
            print_tables(tables, notes, out)
        if self.report is not None:
            err.print(f"the report is {escape(str(self.report / 'report.html'))}")


@dataclass(frozen=True, slots=True)
class Judging:
    """What finds faces, and what judges whether they live."""

    settings: Settings
    pipeline: FacePipeline
    detector: PassiveDetector
    with_trained: bool

    @classmethod
    def load(cls, data_dir: Path | None, *, with_trained: bool = True) -> Self:
        """Load the pack that the settings ask for and every network that judges photos."""
        from mien.bootstrap.recognition import choose, load_pipeline
        from mien.inference.antispoof.load import load_passive
        from mien.inference.weights import WeightStore

        settings = read_settings(data_dir)
        with import_progress() as progress:
            pipeline = load_pipeline(settings, choose(settings), threads=1, progress=progress)
            store = WeightStore.of(settings.data_dir)
            detector = load_passive(store, threads=1, progress=progress, with_trained=with_trained)
        return cls(settings, pipeline, detector, with_trained)

    def judge(self, protocol: PadProtocol) -> PadVotes:
        """Find the face of every photo and judge it; say so where a network was trained on them."""
        from mien.evaluation.pad.scores import collect_votes
        from mien.inference.antispoof.load import trained_on

        if self.with_trained and trained_on(self.settings.data_dir / "models") == protocol.name:
            err.print(
                f"the trained network has seen {protocol.name}: for figures on unseen sources run"
                "  mien train liveness",
                soft_wrap=True,
            )
        with counting("judging photos") as count:
            return collect_votes(protocol, self.detector, self.pipeline, count)


def assess_ferplus(path: Path, data_dir: Path | None) -> ExpressionAssessment:
    """Measure the network in use on the part of FER+ that is held out."""
    from mien.bootstrap.emotion import load_expressions
    from mien.evaluation.expression.ferplus import read_ferplus

    settings = read_settings(data_dir)
    with import_progress() as progress:
        reader = load_expressions(settings, threads=settings.workers, progress=progress).reader
    return assess_reader(path.name, read_ferplus(path).held_out, reader, settings)


def assess_reader(
    name: str, faces: FerPlus, reader: NetworkExpressionReader, settings: Settings
) -> ExpressionAssessment:
    """Measure a network on faces as they are, and as the pack in use finds them."""
    from mien.bootstrap.recognition import choose, load_finder
    from mien.evaluation.expression.assess import assess_expressions
    from mien.evaluation.expression.load import cut_with

    with import_progress() as progress:
        finder = load_finder(settings, choose(settings), threads=1, progress=progress)
    with counting("finding faces") as count:
        cut = cut_with(finder, reader.model)
        return assess_expressions(name, faces, reader.judge, cut, count)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Hand out a callback for steps done and their total, drawn as a bar on stderr."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (what, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("")
        yield lambda done, total: bar.update(task, completed=done, total=total)


def require_people(protocol: PairProtocol) -> None:
    """Refuse photos of nobody in particular."""
    if not protocol.identified:
        raise InvalidRequestError(
            f"{protocol.name} does not tell who is in a photo, and everybody has to be compared "
            "with everybody: use a folder with names"
        )


def write_text(file: Path, text: str) -> None:
    """Write a file and say where; raise StorageError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}") from error
    err.print(f"written: {escape(str(file))}", soft_wrap=True)


def _embed(
    protocol: PairProtocol, pipeline: FacePipeline, matcher: Matcher, *, threads: int
) -> EmbeddedPhotos:
    from mien.evaluation.embed_photos import embed_photos

    with counting("embedding photos") as count:
        return embed_photos(protocol, pipeline, matcher, threads=threads, progress=count)
