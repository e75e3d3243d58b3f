"""How near simulated customers of the larkfield playbook come to the corpus's human calls.

    python -m tests.bench.simulation [--calls 400] [--seed 11] [--corpus FOLDER]

The personas' weights and the mind's dials were fitted by hand on seed 7; another seed is measured.
The bar is a ratio within 20 % of 1. It also prints how many calls a CPU second gives.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from agent.config import Settings
from agent.evaluation.customers.persona import shipped_personas
from agent.evaluation.simulation.plan import plan
from agent.evaluation.simulation.run import world_of
from agent.evaluation.simulation.simulated_call import HUNG_UP, TRANSFERRED, SimulatedCall
from agent.evaluation.simulation.text_call import text_call
from agent.evaluation.simulation.version import version_of

_CORPUS = Path("/work/shared/corpus/larkfield")
_BAR = 0.2
# The corpus writes down who hung up as no sale, and has no calls that nobody answered.
_AS_RECORDED = {HUNG_UP: "no_sale", TRANSFERRED: "transferred_to_human", "no_answer": "no_sale"}


def main() -> None:
    """Simulate, and print both sides."""
    arguments = _arguments()
    human = _human(yaml.safe_load((arguments.corpus / "truth.yaml").read_text("utf-8")))
    world = world_of(version_of(Settings(), "larkfield"))
    began = time.process_time()
    calls = [
        text_call(world, one.persona, one.seed)
        for one in plan(shipped_personas(), arguments.calls, arguments.seed)
    ]
    spent = time.process_time() - began
    simulated = _simulated(calls)
    print(f"{'':36}{'people':>9}{'simulated':>11}{'ratio':>8}  within {_BAR:.0%}")
    kept = 0
    for name, value in human.items():
        own = simulated.get(name, 0.0)
        ratio = own / value
        kept += abs(ratio - 1) <= _BAR
        print(
            f"{name:36}{value:9.3f}{own:11.3f}{ratio:8.2f}  "
            f"{'yes' if abs(ratio - 1) <= _BAR else 'no'}"
        )
    print(f"{kept} of {len(human)} within the bar; {len(calls)} simulated calls")
    print(f"{len(calls) / spent:.1f} calls a CPU second")


def _human(truth: Mapping[str, Any]) -> dict[str, float]:
    calls = truth["calls"]
    raised = [{place["call_id"] for place in one["raised_at"]} for one in truth["objections"]]
    outcomes = Counter(call["true_outcome"] for call in calls)
    return {
        "turns a call": sum(call["turns"] for call in calls) / len(calls),
        "objections a call": sum(map(len, raised)) / len(calls),
        "calls with an objection": len(set().union(*raised)) / len(calls),
        **dict(_shares(outcomes, len(calls))),
    }


def _simulated(calls: Sequence[SimulatedCall]) -> dict[str, float]:
    outcomes = Counter(_AS_RECORDED.get(call.outcome, call.outcome) for call in calls)
    return {
        "turns a call": sum(len(call.conversation.turns) for call in calls) / len(calls),
        "objections a call": sum(len(call.raised) for call in calls) / len(calls),
        "calls with an objection": sum(bool(call.raised) for call in calls) / len(calls),
        **dict(_shares(outcomes, len(calls))),
    }


def _shares(outcomes: Counter[str], calls: int) -> Iterator[tuple[str, float]]:
    for outcome, count in sorted(outcomes.items()):
        yield f"outcome {outcome}", count / calls


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--corpus", type=Path, default=_CORPUS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
