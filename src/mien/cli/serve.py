"""mien serve: the server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli.console import DataDir, err, import_progress, read_settings, reporting

_KEEP_ALIVE_S = 30
_SHUTDOWN_S = 30


def serve(
    data_dir: DataDir = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port.", show_default="8000")] = None,
    workers: Annotated[
        int | None, typer.Option(help="Photos worked on at a time.", show_default="one per core")
    ] = None,
) -> None:
    """Serve the HTTP API. Stops gracefully on SIGTERM and Ctrl-C."""
    with reporting(as_json=False):
        _serve(data_dir, host=host, port=port, workers=workers)


def _serve(data_dir: Path | None, **options: object) -> None:
    import threadpoolctl
    import uvicorn

    from mien.api.app import create_app
    from mien.api.logs import configure_logs
    from mien.bootstrap import Application

    # The workers fill the cores; a matrix product split over them waits for the slowest.
    threadpoolctl.threadpool_limits(limits=1, user_api="blas")
    settings = read_settings(data_dir, **options)
    with import_progress() as progress:
        application = Application.build(settings, threads=1, progress=progress)
    if key := application.ensure_api_key():
        err.print(
            "\n[bold]Your API key, shown this once:[/]  "
            f"[bold green]{key}[/]\nSend it in the header X-API-Key.\n",
            soft_wrap=True,
        )
    err.print(
        f"mien serves http://{settings.host}:{settings.port}  "
        f"(data in {settings.data_dir}, {application.gallery.size()} subjects)",
        soft_wrap=True,
    )
    choice = application.recognition.choice
    err.print(f"pack {choice.pack.name}: {choice.reason}", soft_wrap=True)
    configure_logs()
    uvicorn.run(
        create_app(application),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_SHUTDOWN_S,
    )
