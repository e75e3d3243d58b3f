"""Who or what answers: `python -m tests.bench.answering [--split tune|test|fresh]`.

Plays synthetic answers to the product's own detectors, recogniser and rules, and reports how often
the class is right, how long people wait, and whether a message would be recorded.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from agent.evaluation.sound.voices import RATE_HZ
from agent.outbound.greetings import Party
from agent.outbound.settings import AnsweringSettings
from agent.speech.paired_vad import PairedVad
from agent.speech.silero_vad import SileroModel
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel
from agent.speech.webrtc_vad import WebRtcVad
from tests.bench.answering.corpus import Answer, answers
from tests.bench.answering.replay import replay

Row = dict[str, Any]
_PATIENCE_MS = 700.0
# A mere "hello?" is no longer.
_HELLO_S = 1.4
# From the verdict to the agent's first sample, as measured on calls (tests/pbx/test_outbound.py).
_TO_SOUND_MS = 20.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.bench.answering", description=__doc__)
    parser.add_argument("--split", choices=("tune", "test", "fresh"), default="fresh")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    parser.add_argument("--wrong", action="store_true", help="each answer that was misjudged")
    options = parser.parse_args()
    store = ModelStore(Path("/nonexistent"))
    model, neural = VoskModel(store.locate("asr")), SileroModel(store.locate("vad"))
    console = Console(width=110)
    rows = []
    items = list(answers(options.split))
    for answer in track(items, "Answering", console=Console(stderr=True)):
        vad = PairedVad(WebRtcVad(RATE_HZ), neural.open(RATE_HZ))
        rows.append(_row(answer, replay(answer, model, vad, AnsweringSettings())))
    if options.json:
        json.dump(rows, sys.stdout, indent=1)
        return
    _confusion(rows, console)
    _figures(rows, console)
    if options.wrong:
        for row in rows:
            if row["got"] != row["party"]:
                console.print(dict(row), markup=False)


def _row(answer: Answer, outcome: Any) -> Row:
    row: Row = {
        "party": answer.party.value,
        "kind": answer.kind,
        "voice": answer.voice,
        "noisy": answer.noisy,
        "text": answer.text,
        "got": "none",
    }
    if outcome is None:
        return row
    acted_s, verdict = outcome
    return {
        **row,
        "got": verdict.party.value,
        "why": verdict.why,
        "heard": verdict.heard,
        "said_s": round(answer.speech_end_s - answer.speech_start_s, 2),
        "acted_s": round(acted_s, 2),
        "decided_after_end_s": round(verdict.decided_s - answer.speech_end_s, 2),
        "acted_after_end_s": round(acted_s - answer.speech_end_s, 2),
        "beep_end_s": answer.beep_end_s and round(answer.beep_end_s, 2),
        "ready": verdict.ready,
    }


def _confusion(rows: list[Row], console: Console) -> None:
    classes = [party.value for party in Party]
    table = Table("was", "n", *classes, "none", "right", title="Was (rows), taken for (columns)")
    for kind in dict.fromkeys(row["kind"] for row in rows):
        of_kind = [row for row in rows if row["kind"] == kind]
        got = Counter(row["got"] for row in of_kind)
        right = sum(row["got"] == row["party"] for row in of_kind) / len(of_kind)
        cells = [str(got[name] or ".") for name in (*classes, "none")]
        table.add_row(kind, str(len(of_kind)), *cells, f"{right:.0%}")
    console.print(table)


def _figures(rows: list[Row], console: Console) -> None:
    right = [row["got"] == row["party"] for row in rows]
    console.print(f"Right: {np.mean(right):.1%} of {len(rows)}")
    for noisy in (False, True):
        some = [row["got"] == row["party"] for row in rows if row["noisy"] is noisy]
        console.print(
            f"  {'15 dB noise' if noisy else 'clean line'}: {np.mean(some):.1%} of {len(some)}"
        )
    people = [row for row in rows if row["party"] == "human"]
    refused = sum(row["got"] not in ("human", "uncertain") for row in people)
    console.print(f"People taken for machines: {refused} of {len(people)}")
    for what, shortest_s, longest_s in (("hello?", 0.0, _HELLO_S), ("more", _HELLO_S, 60.0)):
        _waits(what, [r for r in people if shortest_s < r.get("said_s", 0.0) <= longest_s], console)
    early = [row for row in people if row.get("acted_after_end_s", 0) < 0]
    console.print(f"People spoken over in their greeting: {len(early)} of {len(people)}")
    machines = [row for row in rows if row["party"] not in ("human",)]
    talked_to = sum(row["got"] in ("human", "uncertain") for row in machines)
    console.print(f"Machines talked to as if they were people: {talked_to} of {len(machines)}")
    beeps = [
        r
        for r in rows
        if r["party"] == "voicemail" and r.get("beep_end_s") and r["got"] == "voicemail"
    ]
    after = [r["acted_s"] - r["beep_end_s"] for r in beeps]
    if after:
        good = [delay for delay in after if delay >= 0]
        console.print(
            f"Messages begun after the beep: {len(good)} of {len(after)}, "
            f"{np.median(good):.2f} s after it (median)"
        )


def _waits(what: str, people: list[Row], console: Console) -> None:
    waits = [r["acted_after_end_s"] * 1000 + _TO_SOUND_MS for r in people if r["got"] == "human"]
    if waits:
        kept = np.mean(np.array(waits) <= _PATIENCE_MS)
        console.print(
            f"People who say {what} wait, to the first sample: median {np.median(waits):.0f} ms, "
            f"p95 {np.percentile(waits, 95):.0f} ms, within {_PATIENCE_MS:.0f} ms {kept:.0%} of "
            f"{len(waits)}"
        )


if __name__ == "__main__":
    main()
