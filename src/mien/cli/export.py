"""mien export: what is in use, for machines without mien."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mien.cli.console import (
    AsJson,
    DataDir,
    import_progress,
    out,
    print_json,
    read_settings,
    reporting,
)

export = typer.Typer(help="Export what is in use, for other machines.", no_args_is_help=True)


@export.command()
def edge(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="New, empty, or an older export.", file_okay=False)
    ],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write models, thresholds and a small program for a Raspberry Pi or Jetson.

    Who is enrolled in an older export there stays.
    """
    with reporting(as_json=as_json):
        from mien.edge.export import export_edge

        settings = read_settings(data_dir)
        with import_progress() as progress:
            exported = export_edge(settings, folder, progress=progress)
    if as_json:
        print_json(
            {
                "folder": str(exported.folder),
                "pack": exported.pack.name,
                "size_bytes": exported.size_bytes,
                "manifest_sha256": exported.manifest_sha256,
            }
        )
        return
    out.print(
        f"[green]exported[/]  pack {exported.pack.name}, {exported.size_bytes / 1e6:.0f} MB  "
        f"{escape(str(exported.folder))}",
        soft_wrap=True,
    )
    out.print(f"manifest.json has SHA-256 {exported.manifest_sha256}", soft_wrap=True)
    out.print("next: copy the folder to the device, and read the README.md in it")
