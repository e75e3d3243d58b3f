"""Command line of the understanding bench."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import DEFAULT_THRESHOLD
from agent.errors import UnderstudyError
from agent.speech.protocols import SentenceEncoder
from tests.bench.turns.voices import voices_of
from tests.bench.understanding import calibrate, report
from tests.bench.understanding.corpus import Corpus, Turn, load
from tests.bench.understanding.hearing import Hearing
from tests.bench.understanding.nearness import Nearness
from tests.bench.understanding.run import (
    Heard,
    Subject,
    as_said,
    encoder,
    hearings,
    shipped_playbook,
    withholding,
)
from tests.bench.understanding.scores import Outcome

_PLACES = (Path("../shared/corpus/larkfield"), Path("../../shared/corpus/larkfield"))
_OTHER_THRESHOLDS = (0.5, 0.0)
_WIDTH = 170


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="tests.bench.understanding",
        description=(
            "Takes the labelled caller turns of the Larkfield corpus, says them in synthetic "
            "voices over a telephone line, lets the recogniser hear them, and counts what the "
            "agent makes of it. Voices and hearings are kept under the cache directory."
        ),
    )
    parser.add_argument("--split", choices=("tune", "test"), default="test", help="which calls")
    parser.add_argument("--text", action="store_true", help="the words as said, no recogniser")
    parser.add_argument("--corpus", type=Path, help="the corpus's folder (has truth.yaml)")
    parser.add_argument("--threshold", type=float, default=DEFAULT_THRESHOLD)
    parser.add_argument("--fit", action="store_true", help="fit the calibration (tune half)")
    parser.add_argument("--errors", action="store_true", help="list what was not understood")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    asked = parser.parse_args()
    if asked.fit and asked.split != "tune":
        raise SystemExit("bench: --fit needs --split tune: nothing is fitted on the test half")
    try:
        _bench(asked)
    except UnderstudyError as error:
        raise SystemExit(f"bench: {error}") from None


def _bench(asked: argparse.Namespace) -> None:
    console = Console(width=_WIDTH)
    corpus = load(asked.corpus or next((p for p in _PLACES if p.exists()), _PLACES[0]))
    turns = [turn for turn in corpus.turns if turn.split == asked.split]
    others = [turn for turn in corpus.others if turn.split == asked.split]
    vectors, playbook = encoder(), shipped_playbook()
    nearness = Nearness(playbook, vectors)
    held_out = withholding(playbook, turns, nearness)
    heard = [] if asked.text else _heard(turns, asked)
    _print_material(corpus, turns, nearness, console)
    if asked.fit:
        console.print(calibrate.fit(as_said(turns), heard, as_said(others), held_out, vectors))
        return
    runs = _runs(turns, heard, (playbook, held_out), vectors, nearness, asked)
    for run in runs:
        report.print_run(run, console)
    report.print_details(runs[0], console)
    subject = Subject(playbook, vectors, asked.threshold)
    _print_others(subject.outcomes(as_said(others), nearness), playbook, console)
    rates = report.voices(runs[0].heard)
    console.print("Word error rate:", ", ".join(f"{v} {rate:.0%}" for v, rate in rates.items()))
    fresh = Subject(held_out, encoder(), asked.threshold)
    milliseconds = fresh.milliseconds_a_turn(heard or as_said(turns))
    console.print(f"A turn takes {milliseconds:.1f} ms of one core (median).")
    if asked.errors:
        _print_errors(runs[0], console)
    if asked.json:
        asked.json.write_text(json.dumps([report.as_json(run) for run in runs], indent=1), "utf-8")


def _heard(turns: Sequence[Turn], asked: argparse.Namespace) -> list[Heard]:
    hearing = Hearing()
    return [
        item
        for turn in track(turns, "hearing the turns", console=Console(stderr=True), transient=True)
        for item in hearings([turn], asked.split, hearing)
    ]


def _runs(
    turns: Sequence[Turn],
    heard: Sequence[Heard],
    playbooks: tuple[Playbook, Playbook],
    vectors: SentenceEncoder,
    nearness: Nearness,
    asked: argparse.Namespace,
) -> list[report.Run]:
    shipped, held_out = playbooks
    unknown = frozenset(voice.name for voice in voices_of(asked.split) if not voice.asr_heard)
    plans = [("near examples withheld", held_out, asked.threshold)]
    plans += [("near examples withheld", held_out, other) for other in _OTHER_THRESHOLDS]
    plans += [("playbook as it is", shipped, asked.threshold)]
    runs = []
    for name, playbook, threshold in plans:
        subject = Subject(playbook, vectors, threshold)
        said = tuple(subject.outcomes(as_said(turns), nearness))
        runs.append(
            report.Run(name, threshold, said, tuple(subject.outcomes(heard, nearness)), unknown)
        )
    last = runs[-1]
    far = report.Run(
        "playbook as it is, without turns near to it",
        last.threshold,
        tuple(o for o in last.said if not o.near),
        tuple(o for o in last.heard if not o.near),
        unknown,
    )
    return [*runs, far]


def _print_material(
    corpus: Corpus, turns: Sequence[Turn], nearness: Nearness, console: Console
) -> None:
    near = sum(nearness.of(turn.text).near for turn in turns)
    withheld = {e for turn in turns for e in nearness.near_examples(turn.text)}
    console.print(
        f"{len(turns)} turns of {len({turn.call_id for turn in turns})} calls, {near} of them near "
        f"to one of {len(withheld)} examples of the playbook. Left out of both halves, as the "
        f"playbook has nothing for them: {corpus.left_out}."
    )


def _print_others(outcomes: Sequence[Outcome], playbook: Playbook, console: Console) -> None:
    objections = {objection.id for objection in playbook.objections}
    asked_back = sum(not o.understood and bool(o.check) for o in outcomes)
    console.print(
        f"Of {len(outcomes)} turns without a label, as said: {sum(o.understood for o in outcomes)} "
        f"taken for something, {sum(o.label in objections for o in outcomes)} of them for an "
        f"objection; {asked_back} asked about."
    )


def _print_errors(run: report.Run, console: Console) -> None:
    for outcome in (*run.said, *run.heard):
        if not outcome.right:
            console.print(
                f"{outcome.turn.call_id}/{outcome.turn.index} {outcome.voice or 'as said'}: "
                f"{outcome.turn.right[0]} taken for {outcome.label} (best {outcome.best} "
                f"{outcome.confidence:.2f}): {outcome.heard}",
                markup=False,
                highlight=False,
            )


if __name__ == "__main__":
    main()
