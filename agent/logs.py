"""Structured logs on standard error."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name

from agent.config import LogSettings

_ROOT = "understudy"
# A database's or Redis' address, as their libraries put it into errors.
_PASSWORD_IN_URL = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")


def configure_logs(settings: LogSettings) -> None:
    """Set format and level for the process; called once by the commands that run for long.

    Warnings of libraries come in the same format: a line of JSON stays one whoever wrote it. What
    is written within a call carries its `call_id` (`calls.actor` binds it for the call's tasks).
    """
    shared: tuple[structlog.typing.Processor, ...] = (
        structlog.contextvars.merge_contextvars,
        add_log_level,
        add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide_passwords,
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.json_lines
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    logging.getLogger(_ROOT).setLevel(level)
    structlog.configure(
        processors=[*shared, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_named_logger,
    )


def _named_logger(*names: str) -> logging.Logger:
    """The logger of a part of this program: "calls" is `understudy.calls`."""
    return logging.getLogger(".".join((_ROOT, *names)))


def _hide_passwords(
    _: Any, __: str, line: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Passwords within addresses are written as stars, whoever wrote the line."""
    for name, value in line.items():
        if isinstance(value, str) and "://" in value:
            line[name] = _PASSWORD_IN_URL.sub(r"\1***@", value)
    return line
