"""mien models: which there are, what they may be used for, and how they come here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from mien.cli.console import (
    AsJson,
    DataDir,
    Exit,
    err,
    out,
    print_json,
    pull_progress,
    read_settings,
    reporting,
)
from mien.cli.model_list import WIDE, draw_models, draw_packs, take_stock
from mien.errors import InvalidRequestError, StorageError

if TYPE_CHECKING:
    from mien.inference.mirrors import Mirror
    from mien.inference.model import License, Model
    from mien.inference.pull import Terms

AcceptLicense = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-license",
        metavar="NAME",
        help="Accept a license that is not for business; may be given several times.",
    ),
]
Sha256 = Annotated[
    str | None,
    typer.Option(
        "--sha256",
        metavar="HASH",
        help="Vouch for a model that has no published hash; the hash is kept beside the file.",
    ),
]

models = typer.Typer(
    help="List, pull, verify and import models, and read their licenses.", no_args_is_help=True
)


@models.command("list")
def list_models(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the models by task, and the packs made of them."""
    with reporting(as_json=as_json), _disk_errors():
        listing = take_stock(read_settings(data_dir))
    if as_json:
        print_json(
            {
                "models": listing.models,
                "packs": listing.packs,
                "pack_reason": listing.reason,
            }
        )
        return
    out.print(draw_models(listing, wide=out.width >= WIDE))
    out.print(draw_packs(listing))
    out.print(escape(listing.reason), soft_wrap=True)


@models.command("pull")
def pull_models(
    names: Annotated[list[str], typer.Argument(metavar="PACK_OR_MODEL...", help="What to fetch.")],
    data_dir: DataDir = None,
    accept_license: AcceptLicense = None,
    mirror: Annotated[
        str | None,
        typer.Option(
            "--mirror",
            help="Folder or http(s) URL to take the files from, instead of the web.",
            show_default="MIEN_MODELS_MIRROR",
        ),
    ] = None,
    sha256: Sha256 = None,
    as_json: AsJson = False,
) -> None:
    """Fetch models that are not there; what was cut off is resumed."""
    with reporting(as_json=as_json):
        from mien.inference.mirrors import parse_mirror
        from mien.inference.pull import models_named, pull
        from mien.inference.weights import WeightStore

        settings = read_settings(data_dir, models_mirror=mirror)
        store = WeightStore.of(settings.data_dir)
        wanted = models_named(names)
        terms = _terms(wanted, accept_license, sha256)
        origin: Mirror | None = None
        if settings.models_mirror is not None:
            origin = parse_mirror(settings.models_mirror)
        with pull_progress() as progress:
            pulled = pull(wanted, store.sources, mirror=origin, terms=terms, progress=progress)
    if as_json:
        there = [model.name for model in wanted if model not in pulled]
        print_json({"pulled": [model.name for model in pulled], "already_there": there})
        return
    for model in wanted:
        path = escape(str(store.sources.path(model)))
        done = "[green]pulled[/]" if model in pulled else "[green]is there[/]"
        out.print(f"{done}  {model.name}  {path}", soft_wrap=True)


@models.command("verify")
def verify_models(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Hash every model file that is here again; exits 5 when one is bad."""
    with reporting(as_json=as_json), _disk_errors():
        from mien.inference.inspection import verify_files
        from mien.inference.weights import WeightStore

        findings = list(verify_files(WeightStore.of(read_settings(data_dir).data_dir)))
    are_good = all(finding.is_good for finding in findings)
    if as_json:
        files = [
            {"file": f.file, "model": f.model, "state": f.state.value, "mend": f.mend}
            for f in findings
        ]
        print_json({"good": are_good, "files": files})
    else:
        for finding in findings:
            mark = "[green]good[/]" if finding.is_good else f"[red]{finding.state}[/]"
            mend = f"  mend: {finding.mend}" if finding.mend else ""
            out.print(f"{mark}  {escape(finding.file)}{mend}", soft_wrap=True)
    if not are_good:
        raise typer.Exit(Exit.INSTALLATION)


@models.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(help="A model's source file, fetched elsewhere.")],
    data_dir: DataDir = None,
    model: Annotated[
        str | None, typer.Option("--model", help="Which it is.", show_default="by its hash")
    ] = None,
    accept_license: AcceptLicense = None,
    sha256: Sha256 = None,
    as_json: AsJson = False,
) -> None:
    """Copy a model file to its place, after checking what it is."""
    with reporting(as_json=as_json):
        from mien.inference.pull import import_file, model_named
        from mien.inference.weights import WeightStore

        store = WeightStore.of(read_settings(data_dir).data_dir)
        chosen = None if model is None else model_named(model)
        terms = _terms([chosen] if chosen else [], accept_license, sha256)
        with pull_progress() as progress:
            imported = import_file(
                file, store.sources, model=chosen, terms=terms, progress=progress
            )
        path = store.sources.path(imported)
    if as_json:
        print_json({"model": imported.name, "file": str(path)})
        return
    out.print(f"[green]imported[/]  {imported.name}  {escape(str(path))}", soft_wrap=True)


@models.command("licenses")
def show_licenses(as_json: AsJson = False) -> None:
    """Tell every model's license, and what it means for a business."""
    from mien.inference.catalogue import MODELS

    if as_json:
        print_json(
            {
                "models": [
                    {
                        "name": model.name,
                        "license": model.license.name,
                        "commercial": model.license.commercial,
                        "terms": model.license.terms,
                        "url": model.license.url,
                        "source": model.source.name,
                    }
                    for model in MODELS
                ]
            }
        )
        return
    under: dict[License, list[str]] = {}
    for model in MODELS:
        under.setdefault(model.license, []).append(model.name)
    for terms, names in under.items():
        business = "[green]for business[/]" if terms.commercial else "[red]not for business[/]"
        out.print(f"[bold]{terms.name}[/]  {business}: {terms.terms}", soft_wrap=True)
        out.print(f"    {terms.url}", soft_wrap=True)
        out.print(f"    {', '.join(names)}", soft_wrap=True)
        if not terms.commercial:
            out.print(f"    pulled only with  --accept-license {terms.name}", soft_wrap=True)
    err.print(
        "These are the terms of the weights, as their publishers state them. The photos that a "
        "model was trained on may raise questions of their own.",
        soft_wrap=True,
    )


def _terms(wanted: Sequence[Model], licenses: list[str] | None, sha256: str | None) -> Terms:
    from mien.inference.pull import Terms
    from mien.inference.sources import parse_sha256

    if sha256 is None:
        return Terms(licenses=licenses or ())
    unpublished = [model.name for model in wanted if model.sha256 is None]
    if len(wanted) == 1:
        unpublished = [wanted[0].name]
    if len(unpublished) != 1:
        raise InvalidRequestError(
            "--sha256 vouches for one model: name it, one without a published hash"
        )
    return Terms(licenses=licenses or (), hashes={unpublished[0]: parse_sha256(sha256)})


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{error.filename} cannot be read: {error.strerror}") from error
