"""Logs are set up for a whole process; a test that does so puts them back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def restored_logs() -> Iterator[None]:
    """Inside it logs may be set up; behind it they are as before."""
    root, ours = logging.getLogger(), logging.getLogger("understudy")
    handlers, level, own_level = root.handlers[:], root.level, ours.level
    for handler in handlers:  # or setting up would close pytest's
        root.removeHandler(handler)
    yield
    logging.captureWarnings(False)
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    ours.setLevel(own_level)
