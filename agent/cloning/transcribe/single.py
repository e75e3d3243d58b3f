"""One recording by itself, heard as the step hears an archive."""

from pathlib import Path
from typing import Literal

from agent.cloning.errors import CloneError
from agent.cloning.extra import require_extra
from agent.cloning.ingest.sound_file import UnreadableSound, look_at
from agent.cloning.recorded import Audio, Conversation
from agent.cloning.transcribe.turns import with_overlaps
from agent.cloning.transcribe.worker import Task, recognise


def transcribe_file(path: Path, model: Path, *, customer_channel: int = 0) -> Conversation:
    """The turns of both sides; in a mono recording the first voice is called the customer's.

    Raises CloneError for what is no recording, and for mono without the extra "clone".
    """
    try:
        found = look_at(path)
        layout: Literal["stereo", "mono"] = "mono" if found.channels == 1 else "stereo"
        if layout == "mono":
            require_extra()
        audio = Audio(
            layout=layout,
            files=(path,),
            customer_channel=customer_channel,
            sha256="",
            duration_s=found.duration_s,
        )
        said = recognise(Task(path.stem, audio, model)).heard.conversation
    except UnreadableSound as error:
        raise CloneError(f"{path} can't be transcribed: {error}. Give a recording.") from None
    return said.model_copy(update={"turns": with_overlaps(said.turns)})
