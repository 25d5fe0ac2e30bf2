"""One log for everything in the process, ours and our libraries': one line each, on stderr, redacted.

stdout belongs to the commands' answers. Exceptions are written with their traceback, never with local variables.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Protocol, TextIO

import structlog
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.typing import EventDict, Processor

from connector.telemetry.redaction import redact

FOREIGN_LOGGERS = ("celery", "celery.task", "gunicorn.access", "gunicorn.error", "werkzeug")
"""Libraries that bring handlers of their own; they are sent through ours."""


class LogSettings(Protocol):
    """What of the settings concerns the log."""

    @property
    def log_level(self) -> str:
        """The least severe level that is written, by its name."""
        ...

    @property
    def log_format(self) -> str:
        """``json``, ``console``, or empty: console on a terminal, else JSON."""
        ...


def logger(name: str) -> BoundLogger:
    """Give a room its logger: ``log.info("posting.sent", posting=7)``, an event name and ids."""
    return structlog.stdlib.get_logger(name)


def configure(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Route every logger of the process into one redacted stream; safe to call again."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(_readable(settings.log_format, stream)))
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    logging.captureWarnings(capture=True)
    for name in FOREIGN_LOGGERS:
        foreign = logging.getLogger(name)
        foreign.handlers.clear()
        foreign.propagate = True
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_every_line(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=BoundLogger,
        cache_logger_on_first_use=False,  # a cached logger would outlive a second configure()
    )


def _readable(log_format: str, stream: TextIO) -> bool:
    return log_format == "console" or (not log_format and stream.isatty())


def _every_line() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(readable: bool) -> logging.Formatter:
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return ProcessorFormatter(
        foreign_pre_chain=[*_every_line(), structlog.stdlib.ExtraAdder()],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            _redacted,
            renderer,
        ],
    )


def _redacted(_logger: Any, _method: str, event: EventDict) -> EventDict:
    line: EventDict = redact(event)
    return line
