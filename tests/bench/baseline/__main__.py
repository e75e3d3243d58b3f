"""Is the shipped playbook better than a plain prompt, and than people?

    python -m tests.bench.baseline [--calls 200] [--plain 20] [--seed 11] [--show 2]
        [--model FILE.gguf]

Groups of the rubric, as shares of full marks, of the larkfield playbook and of a plain-prompt agent
on the bundled language model, for the same simulated customers (in text), and of the corpus's human
agents in their recorded calls. Playbook and plain prompt are compared in pairs, people with their
own calls (not the same customers: their difference has the customers' in it, too). Intervals are
95 %, by bootstrap over calls. Prints what a reply of the plain agent costs.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
from llama_cpp import Llama
from rich.console import Console
from scipy import stats

from agent.building.models import model_store
from agent.config import Settings
from agent.evaluation.comparison.console import print_calls
from agent.evaluation.customers.persona import shipped_personas
from agent.evaluation.rubric.criteria import Group, criteria
from agent.evaluation.simulation.plan import plan
from agent.evaluation.simulation.run import world_of
from agent.evaluation.simulation.simulated_call import SimulatedCall
from agent.evaluation.simulation.text_call import text_call
from agent.evaluation.simulation.version import version_of
from agent.speech.minilm import MiniLmEncoder
from tests.bench.baseline.people import Marks, People, Scores, marks_of, people
from tests.bench.baseline.plain_agent import Clock, Likeness, PlainAgent, told, with_free_speech

_CORPUS = Path("/work/shared/corpus/larkfield")
_GROUPS: tuple[tuple[str, Group], ...] = (
    ("A", "introduction"), ("B", "product"), ("C", "drive"), ("D", "objections"),
    ("E", "closing"),
)  # fmt: skip
_BEATS = ("A", "B", "E")
_WITHIN = 0.15
_CONTEXT = 8192


def main() -> None:
    """Simulate, score, and print the table and the bars."""
    arguments = _arguments()
    settings = Settings()
    version = version_of(settings, "larkfield")
    world = world_of(version)
    playbook = world.playbook
    appointments = plan(shipped_personas(), arguments.calls, arguments.seed)
    own = [text_call(world, one.persona, one.seed) for one in appointments]
    encoder = MiniLmEncoder(version.encoder, version.tokenizer)
    clock = Clock()
    model = _model(arguments.model, settings)
    text = told(playbook)
    likeness = Likeness(text.lines, encoder)
    heard = replace(world, playbook=with_free_speech(playbook))
    plain = []
    for number, one in enumerate(appointments[: arguments.plain]):
        agent = PlainAgent(playbook, text, likeness, model, number * 1000, clock)
        plain.append(text_call(heard, one.persona, one.seed, agent))
        print(f"\rplain calls: {number + 1}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print_calls(plain[: arguments.show], Console(highlight=False))
    humans = people(arguments.corpus, playbook.persona.company)
    middle, top = humans.of(humans.middle), humans.of(humans.top)
    print(
        f"{len(own)} calls of the playbook, {len(plain)} of a plain prompt; people in the middle: "
        f"{', '.join(humans.middle)} ({len(middle)} calls), top: {', '.join(humans.top)} "
        f"({len(top)} calls)"
    )
    _print_table([c.rubric for c in own], [c.rubric for c in plain], middle, top)
    _print_others("playbook", own[: len(plain)])
    _print_others("plain prompt", plain)
    print(
        f"a reply of the plain agent: median {median(clock.wall):.2f} s, "
        f"{fmean(clock.cpu):.2f} s of one core ({len(clock.wall)} replies; "
        f"prompt of {len(model.tokenize(text.prompt.encode()))} tokens)"
    )
    _print_criteria([marks_of(c.conversation, playbook.persona.company) for c in own], humans)


def _print_table(
    own: Sequence[Scores], plain: Sequence[Scores], middle: Sequence[Scores], top: Sequence[Scores]
) -> None:
    heads = ("playbook", "plain", "less plain", "middle", "less middle", "top", "less top")
    print(f"{'':15}" + "".join(f"{head:>{_width(head)}}" for head in heads))
    for letter, group in _GROUPS:
        paired = _difference(*_pairs(own, plain, group), paired=True)
        mid = _difference(_of(middle, group), _of(own, group))
        best = _difference(_of(top, group), _of(own, group))
        cells = (
            _mean(_of(own, group)), _mean(_of(plain, group)), _told(paired),
            _mean(_of(middle, group)), _told(mid), _mean(_of(top, group)), _told(best),
        )  # fmt: skip
        row = zip(heads, cells, strict=True)
        print(
            f"{letter} {group:13}"
            + "".join(f"{cell:>{_width(head)}}" for head, cell in row)
            + f"  {_bars(letter, paired, mid, best)}"
        )


def _bars(letter: str, *differences: tuple[float, float, float] | None) -> str:
    """Whether the bars are met, and whether chance would explain it."""
    plain, middle, top = differences
    if letter in _BEATS:
        return f"plain: {_beats(plain)}, middle: {_beats(middle)}"
    if letter == "D" and top is not None:
        return f"within {_WITHIN} of top: {'yes' if top[0] >= -_WITHIN else 'NO'}"
    return ""


def _beats(found: tuple[float, float, float] | None) -> str:
    if found is None:
        return "not measured"
    change, low, high = found
    shown = low > 0 or high < 0
    return f"{'beaten' if change > 0 else 'NOT beaten'}{'' if shown else ' (may be chance)'}"


def _difference(
    a: Sequence[float], b: Sequence[float], *, paired: bool = False
) -> tuple[float, float, float] | None:
    """B less A with its interval; None of fewer than two calls a side."""
    if min(len(a), len(b)) < 2:
        return None
    change = float(np.mean(b) - np.mean(a))
    if np.ptp(np.subtract(b, a) if paired else np.concatenate([a, b])) == 0:
        return change, change, change
    found = stats.bootstrap(
        (np.asarray(a), np.asarray(b)),
        lambda x, y, axis: np.mean(y, axis=axis) - np.mean(x, axis=axis),
        paired=paired, method="percentile", n_resamples=4000, rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    return change, float(found.low), float(found.high)


def _pairs(
    own: Sequence[Scores], plain: Sequence[Scores], group: Group
) -> tuple[list[float], list[float]]:
    """Plain and playbook, for the customers in whose calls the group came up in both."""
    both = [
        (b[group], a[group]) for a, b in zip(own, plain, strict=False) if group in a and group in b
    ]
    return [x for x, _ in both], [y for _, y in both]


def _of(calls: Sequence[Scores], group: Group) -> list[float]:
    return [scores[group] for scores in calls if group in scores]


def _mean(values: Sequence[float]) -> str:
    return f"{fmean(values):.2f}" if values else "-"


def _told(found: tuple[float, float, float] | None) -> str:
    return "-" if found is None else "{:+.2f} ({:+.2f} to {:+.2f})".format(*found)


def _width(head: str) -> int:
    return 25 if head.startswith("less") else 10


def _print_others(name: str, calls: Sequence[SimulatedCall]) -> None:
    """What the groups don't show."""
    broken = Counter(gate for call in calls for gate in {one.gate for one in call.breaches})
    asked = sum(call.asked_removal for call in calls)
    turns = fmean(len(call.conversation.turns) for call in calls) if calls else 0.0
    print(
        f"{name}: {sum(call.bought for call in calls)} of {len(calls)} bought, "
        f"{sum(call.left for call in calls)} hung up, {turns:.1f} turns a call; "
        f"not disclosed in {broken['not disclosed']}, do-not-call missed in "
        f"{broken['do-not-call missed']} of {asked} that asked for it"
    )


def _print_criteria(own: Sequence[Marks], people: People) -> None:
    """Where the groups' differences come from: mean mark of 2 and calls in which it came up."""
    print(f"\n{'':44}{'playbook':>14}{'middle':>14}{'top':>14}")
    sides = (own, people.marks_of(people.middle), people.marks_of(people.top))
    for criterion in criteria():
        cells = []
        for side in sides:
            given = [marks[criterion.id] for marks in side if criterion.id in marks]
            cells.append(f"{fmean(given):.2f} ({len(given)})" if given else "-")
        if any(cell != "-" for cell in cells):
            print(f"{criterion.id} {criterion.name[:40]:41}" + "".join(f"{c:>14}" for c in cells))


def _model(path: str, settings: Settings) -> Llama:
    file = path or str(model_store(settings).locate("llm", settings.dialogue.language_model.model))
    return Llama(model_path=file, n_ctx=_CONTEXT, n_threads=1, n_threads_batch=1, verbose=False)


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--calls", type=int, default=200, help="of the playbook")
    parser.add_argument("--plain", type=int, default=20, help="of the plain-prompt agent")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--show", type=int, default=0, help="print so many plain calls")
    parser.add_argument("--model", default="", help="a GGUF file instead of the bundled one")
    parser.add_argument("--corpus", type=Path, default=_CORPUS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
