"""How fast recordings become transcripts: `python -m tests.bench.cloning.throughput`.

On Larkfield's stereo recordings, or those of another folder (`--recordings DIR`), with the model
that a fresh installation uses. A core's speed is seconds of calls, both legs heard, over seconds of
processor time; the clock's speed depends on what else the machine does.
"""

import argparse
import json
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agent.cloning.ingest.recordings import understand
from agent.cloning.ingest.sound_file import read_channels
from agent.cloning.parallel import Failed, each
from agent.cloning.transcribe.words import words_in
from agent.cloning.transcribe.worker import Task, recognise
from agent.evaluation.word_errors import word_error_rate
from agent.speech.protocols import Pcm
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel
from agent.speech.webrtc_vad import WebRtcVad
from tests.bench.cloning.corpus import LARKFIELD

BAR = 12.0
_WORD = re.compile(r"[a-z']+")
ARCHIVE_H = 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=Path, default=LARKFIELD / "recordings")
    parser.add_argument("--transcripts", type=Path, default=LARKFIELD / "transcripts")
    parser.add_argument("--gate", action="store_true", help="what hearing speech only is worth")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    model = ModelStore(Path("/nonexistent")).locate("asr")
    found = understand(sorted(options.recordings.glob("*.wav")), customer_channel=0).found
    tasks = [Task(recording.name, recording.audio, model) for recording in found]
    results: dict[str, Any] = {
        "calls": len(tasks),
        "sound_min": round(sum(task.audio.duration_s for task in tasks) / 60, 1),
        "model": model.name,
    }
    if options.gate:
        results |= gate(tasks, options.transcripts)
    for name, workers, ray in (
        ("1 worker", 1, ""), ("2 workers", 2, ""), ("Ray, 2 workers", 2, "local"),
    ):  # fmt: skip
        results[name] = pool(tasks, workers, ray)
    if options.json:
        print(json.dumps(results))
        return
    print(f"{results['calls']} calls, {results['sound_min']} min, {results['model']}")
    for name in ("all of the sound", "speech only") if options.gate else ():
        of = results[name]
        print(f"  {name:18} {of['x_a_core']:5.1f} x real time a core, words wrong {of['wer']:.3f}")
    for name in ("1 worker", "2 workers", "Ray, 2 workers"):
        of = results[name]
        print(f"  {name:18} {of['x_a_core']:5.1f} x a core, {of['x_on_the_clock']:5.1f} x on clock")
    speed = results["2 workers"]["x_a_core"]
    verdict = "reached" if speed >= BAR else "missed"
    print(f"  bar: {BAR:.0f} x real time a core: {verdict}")
    print(f"  {ARCHIVE_H:,} hours of calls: {ARCHIVE_H / speed:.0f} core-hours")
    print(f"  (load average while measuring: {os.getloadavg()[0]:.1f})")


def gate(tasks: Sequence[Task], transcripts: Path) -> dict[str, dict[str, float]]:
    """What hearing speech only is worth: speed, and words against the given transcripts."""
    model = VoskModel(tasks[0].model)
    sound_s = sum(task.audio.duration_s for task in tasks)
    results = {}
    for name, hear in (("all of the sound", _everything), ("speech only", _speech)):
        pairs, cpu_s = [], 0.0
        for task in tasks:
            channels, rate = read_channels(task.audio.files[0])
            said = _said(transcripts / f"{task.call}.json")
            began = time.process_time()
            heard = [hear(leg, rate, model) for leg in channels]
            cpu_s += time.process_time() - began
            pairs += list(zip(said, heard, strict=True))
        results[name] = {
            "x_a_core": round(sound_s / cpu_s, 1),
            "wer": round(word_error_rate(pairs), 3),
        }
    return results


def pool(tasks: Sequence[Task], workers: int, ray: str) -> dict[str, float]:
    """The step's own work; loading the model is on the clock, not in a core's speed."""
    began, cpu_s, sound_s = time.monotonic(), 0.0, 0.0
    for task, result in each(recognise, tasks, workers=workers, ray=ray):
        if isinstance(result, Failed):
            raise result
        cpu_s += result.cpu_s
        sound_s += task.audio.duration_s
    return {
        "x_a_core": round(sound_s / cpu_s, 1),
        "x_on_the_clock": round(sound_s / (time.monotonic() - began), 1),
    }


def _everything(leg: Pcm, rate_hz: int, model: VoskModel) -> str:
    recognizer = model.open(rate_hz)
    for begin in range(0, len(leg), rate_hz):
        recognizer.accept(leg[begin : begin + rate_hz].tobytes())
    return recognizer.finish().text


def _speech(leg: Pcm, rate_hz: int, model: VoskModel) -> str:
    found = words_in(np.ascontiguousarray(leg), rate_hz, model.open(rate_hz), WebRtcVad(rate_hz))
    return " ".join(word.text for word in found)


def _said(path: Path) -> tuple[str, str]:
    """The customer's words and the agent's, as the recogniser would write them."""
    turns = json.loads(path.read_text("utf-8"))["turns"]
    customer, agent = (
        " ".join(
            _WORD.findall(" ".join(t["text"].lower() for t in turns if t["speaker"] == speaker))
        )
        for speaker in ("customer", "agent")
    )
    return customer, agent


if __name__ == "__main__":
    main()
