"""Structured logs: JSON for machines, columns for a terminal."""

from __future__ import annotations

import logging
import sys

import structlog

from mien.inference.decoding import ignore_warnings_of_pillow


def configure_logs() -> None:
    """Send structlog's events, and uvicorn's, to stderr in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    else:
        renderer = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # uvicorn writes the whole URL of every WebSocket; `mien.api.stream` has a line of its own.
    logging.getLogger("uvicorn.error").addFilter(_is_not_of_websockets)
    # Warnings go into the log, not between its lines; but of a photo's oddities there is no end.
    logging.captureWarnings(capture=True)
    ignore_warnings_of_pillow()


def _is_not_of_websockets(record: logging.LogRecord) -> bool:
    return '"WebSocket %s"' not in str(record.msg) and record.msg != "connection open"
