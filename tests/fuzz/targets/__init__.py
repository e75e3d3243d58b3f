"""Everything that is fuzzed, by name; what a target needs is imported when it is asked for."""

from collections.abc import Mapping
from importlib import import_module

from tests.fuzz.target import Target

_MODULES: Mapping[str, tuple[str, ...]] = {
    "rtp": ("rtp-packet", "rtp-stream"),
    "asterisk": ("ari-event", "ari-socket", "ami"),
    "yaml_files": ("playbook", "caller-script", "own-criteria"),
    "tables": ("contacts", "calls-table", "scorecards"),
    "sounds": ("sound", "waveform", "sealed-recording"),
    "transcripts": (
        "transcript-json", "transcript-vtt", "transcript-srt", "transcript-csv", "transcript-txt",
    ),
    "files": ("settings", "key-file", "record", "spool", "saved-call"),
    "web": ("web-forms",),
}  # fmt: skip
NAMES: tuple[str, ...] = tuple(name for names in _MODULES.values() for name in names)


def target(name: str) -> Target:
    """One of NAMES. Raises StopIteration for another."""
    module = next(module for module, names in _MODULES.items() if name in names)
    found = import_module(f"{__name__}.{module}").TARGETS
    return next(target for target in found if target.name == name)
