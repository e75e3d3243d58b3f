"""What is in the folder of recordings: sound, transcripts, and what is neither."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.cloning.errors import CloneError
from agent.cloning.ingest.sound_file import SOUND_SUFFIXES
from agent.cloning.pipeline import Problem

TRANSCRIPT_SUFFIXES = frozenset({".json", ".jsonl", ".csv", ".tsv", ".vtt", ".srt", ".txt"})
_ARCHIVE_SUFFIXES = frozenset({".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar", ".zst"})


@dataclass(frozen=True, slots=True)
class Files:
    """Paths in order of name. Whether a text is a transcript is seen when it is read."""

    sounds: tuple[Path, ...]
    texts: tuple[Path, ...]
    problems: tuple[Problem, ...] = ()


def look_through(folder: Path, *, leave_out: Path) -> Files:
    """All files under the folder; `leave_out` is the project, should it be in there.

    Raises CloneError when the folder can't be read or has nothing that could be a call.
    """
    if not folder.is_dir():
        raise CloneError(f"{folder} is no folder: give the one with the recordings.")
    sounds, texts, problems = [], [], []
    inside = folder.resolve()
    for path in sorted(_files(folder, leave_out.resolve())):
        suffix = path.suffix.lower()
        if path.is_symlink() and not (path.is_file() and path.resolve().is_relative_to(inside)):
            problems.append(
                Problem(
                    _shown(path, folder),
                    "it is a link out of the folder, or to a folder, and is not followed",
                    "Copy what it leads to into the folder if it belongs to it.",
                )
            )
        elif suffix in SOUND_SUFFIXES:
            sounds.append(path)
        elif suffix in TRANSCRIPT_SUFFIXES:
            texts.append(path)
        elif suffix in _ARCHIVE_SUFFIXES:
            problems.append(
                Problem(
                    _shown(path, folder),
                    "it is an archive, and archives are not unpacked here: what is in them may "
                    "be far larger than they are",
                    "Unpack it into the folder if it has recordings.",
                )
            )
    if not sounds and not texts:
        told = "".join(f" {problem}" for problem in problems[:3])
        raise CloneError(
            f"{folder} has no recordings and no transcripts (WAV, MP3, FLAC, OGG, GSM; JSON, CSV, "
            f"VTT, SRT): give the folder that has.{told}"
        )
    return Files(tuple(sounds), tuple(texts), tuple(problems))


def _files(folder: Path, leave_out: Path) -> Iterator[Path]:
    """All but hidden ones. Linked folders are not entered: they may be loops."""
    for path in folder.iterdir():
        if path.name.startswith(".") or path.resolve() == leave_out:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path, leave_out)
        elif path.is_file() or path.is_symlink():
            yield path


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
