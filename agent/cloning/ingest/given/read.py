"""Any file that may hold transcripts."""

from pathlib import Path

from agent.cloning.errors import CloneError
from agent.cloning.ingest.given.json_shapes import read_json
from agent.cloning.ingest.given.said import GivenTranscript, NoTranscript
from agent.cloning.ingest.given.texts import read_captions, read_plain, read_table
from agent.cloning.ingest.table import decoded, read_csv

# An hour's words with their times are about 2 MB of JSON.
_LARGEST_BYTES = 200_000_000


def read_transcripts(path: Path) -> list[GivenTranscript]:
    """By the file's suffix. Raises NoTranscript, with why."""
    try:
        size = path.stat().st_size
        if size == 0:
            raise NoTranscript("the file is empty (0 bytes)")
        if size > _LARGEST_BYTES:
            raise NoTranscript(f"it has {size // 1_000_000} MB; split it up")
        if path.suffix.lower() in (".csv", ".tsv"):
            return read_table(path, read_csv(path))
        text = decoded(path.read_bytes())
    except NoTranscript:
        raise
    except CloneError as error:
        raise NoTranscript(str(error)) from None
    except OSError as error:
        raise NoTranscript(f"it can't be read ({error.strerror})") from None
    match path.suffix.lower():
        case ".json" | ".jsonl":
            return read_json(path, text)
        case ".vtt" | ".srt":
            return read_captions(path, text)
        case _:
            return read_plain(path, text)
