"""Writing one call to a file."""

import json
import os
import shutil
from pathlib import Path
from urllib.parse import quote

from agent.errors import UnderstudyError
from agent.records.recordings import OpenRecording, is_sealed, open_plain
from agent.records.report import CallReport
from agent.web.call_page import render_call_page


class ExportError(UnderstudyError):
    """A file that can't be written."""


def export_report(
    report: CallReport, target: Path, kind: str, open_recording: OpenRecording = open_plain
) -> None:
    """Write "html", "json", "csv" or "wav"; the page refers to the recording by a relative path.

    An encrypted recording is decrypted to a WAV file beside the page, for players know no keys.
    Raises ExportError, and what `open_recording` does.
    """
    recording = Path(report.call.recording_path) if report.call.recording_path else None
    if recording is not None and not recording.is_file():
        recording = None
    if kind == "wav":
        if recording is None:
            raise ExportError(f"The call {report.call.id} has no recording: export its words.")
        _plain(recording, target, open_recording)
        return
    if kind == "json":
        text = json.dumps(report.as_dict(), indent=2) + "\n"
    elif kind == "csv":
        text = report.turns_csv()
    else:
        if recording is not None and is_sealed(recording):
            recording = _plain(recording, target.with_suffix(".wav"), open_recording)
        path = os.path.relpath(recording, target.parent.resolve()) if recording else None
        text = render_call_page(report, recording, recording_url=quote(path) if path else None)
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _unwritable(target, error) from None


def _plain(recording: Path, target: Path, open_recording: OpenRecording) -> Path:
    if target.exists() and target.samefile(recording):
        raise ExportError(f"{target} is the recording itself: name another file.")
    try:
        with open_recording(recording) as sound, target.open("wb") as file:
            shutil.copyfileobj(sound, file)
    except OSError as error:
        raise _unwritable(target, error) from None
    return target.resolve()


def _unwritable(target: Path, error: OSError) -> ExportError:
    return ExportError(
        f"{target} can't be written ({error.strerror}): name a file in a directory that exists."
    )
