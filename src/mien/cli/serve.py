"""mien serve: the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli.console import DataDir, err, import_progress, read_settings, reporting

if TYPE_CHECKING:
    from fastapi import FastAPI

    from mien.bootstrap.tls import TlsFiles
    from mien.settings import Settings

_KEEP_ALIVE_S = 30
_SHUTDOWN_S = 30
_PING_S = 10
"""Finds connections that nobody holds any more; one that says nothing ends sooner."""

_NOT_STARTED = 3
"""As uvicorn's own command ends when the port is taken."""


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
    from mien.api.app import create_app
    from mien.bootstrap.application import Application

    settings = read_settings(data_dir, **options)
    tls = begin_serving(settings)
    with telling_of_a_new_master_key(settings), import_progress() as progress:
        application = Application.build(settings, threads=1, progress=progress)
    tell_first_key(application.ensure_api_key())
    application.state_purpose()
    err.print(
        f"mien serves {url_of(settings, tls)}  "
        f"(data in {settings.data_dir}, {application.gallery.size()} subjects)",
        soft_wrap=True,
    )
    choice = application.recognition.choice
    err.print(f"pack {choice.pack.name}: {choice.reason}", soft_wrap=True)
    run_app(create_app(application), settings, tls)


def begin_serving(settings: Settings) -> TlsFiles | None:
    """Refuse what is too weak for production, and return the certificate to show, if any."""
    import threadpoolctl

    from mien.bootstrap.clock import utc_now
    from mien.bootstrap.production import require_sound
    from mien.bootstrap.tls import tls_files

    # The workers fill the cores; a matrix product split over them waits for the slowest.
    threadpoolctl.threadpool_limits(limits=1, user_api="blas")
    if settings.production:
        require_sound(settings, utc_now())
    return tls_files(settings)


@contextmanager
def telling_of_a_new_master_key(settings: Settings) -> Iterator[None]:
    """Say that a master key was made, if one was."""
    from mien.bootstrap.data import key_file_of

    key_file = key_file_of(settings)
    had_key = key_file.exists()
    yield
    if not had_key and key_file.exists():
        err.print(
            f"\n[bold]A master key was made:[/]  {key_file}\n"
            "It opens every template. Keep a copy of it away from the database and its backups: "
            "without it nobody can be recognized any more, ever.",
            soft_wrap=True,
        )


def tell_first_key(key: str | None) -> None:
    """Show the API key that was made, if one was."""
    if key:
        err.print(
            "\n[bold]Your API key, shown this once:[/]  "
            f"[bold green]{key}[/]\nSend it in the header X-API-Key.\n",
            soft_wrap=True,
        )


def url_of(settings: Settings, tls: TlsFiles | None) -> str:
    """Return where a server listens."""
    return f"{'https' if tls else 'http'}://{settings.host}:{settings.port}"


def run_app(app: FastAPI, settings: Settings, tls: TlsFiles | None) -> None:
    """Serve until a signal ends it; raise typer.Exit when the port cannot be had."""
    import uvicorn

    from mien.api.logs import configure_logs
    from mien.api.stream.messages import MAX_MESSAGE_BYTES
    from mien.api.stream.parting import part_first
    from mien.bootstrap.tls import CIPHERS

    configure_logs()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        # Without a proxy to believe, uvicorn would believe those on loopback.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        ssl_ciphers=CIPHERS,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_SHUTDOWN_S,
        # A message up to here is refused by mien, with a word and a close; a larger one by uvicorn,
        # which cuts the connection before the sender can read why.
        ws_max_size=2 * MAX_MESSAGE_BYTES,
        # JPEG does not get smaller; and what is small on the wire stays small in memory.
        ws_per_message_deflate=False,
        ws_ping_interval=_PING_S,
        ws_ping_timeout=_PING_S,
    )
    server = uvicorn.Server(config)
    if (streams := getattr(app.state, "streams", None)) is not None:
        part_first(server, streams)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise typer.Exit(_NOT_STARTED)
