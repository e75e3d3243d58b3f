"""Writing one call to a file."""

import json
import os
from pathlib import Path
from urllib.parse import quote

from agent.errors import UnderstudyError
from agent.records.report import CallReport
from agent.web.call_page import render_call_page


class ExportError(UnderstudyError):
    """A file that can't be written."""


def export_report(report: CallReport, target: Path, kind: str) -> None:
    """Write "html", "json" or "csv"; the page refers to the recording by a relative path.

    Raises ExportError.
    """
    if kind == "json":
        text = json.dumps(report.as_dict(), indent=2) + "\n"
    elif kind == "csv":
        text = report.turns_csv()
    else:
        recording = Path(report.call.recording_path) if report.call.recording_path else None
        if recording is not None and not recording.is_file():
            recording = None
        path = os.path.relpath(recording, target.parent.resolve()) if recording else None
        text = render_call_page(report, recording, recording_url=quote(path) if path else None)
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ExportError(
            f"{target} can't be written ({error.strerror}): name a file in a directory that exists."
        ) from None
