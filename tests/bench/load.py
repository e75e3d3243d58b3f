"""How many whole conversations this machine carries at once, and how fast answers stay.

    python -m tests.bench.load [--at-once 1 4 8 12] [--each 2] [--seed 7]

Simulated customers (`understudy simulate --level calls`) ring an agent on the test PBX. All of it
shares the machine: Asterisk, the agent, the customers and their phones. At each load so many calls
a caller are made one after the other. An answer is waited for from the end of the customer's sound
until the agent is heard, at the phone behind its jitter buffer of 20 ms. Bars: median 500 ms, 95 %
within 900 ms. CPU is of the agent, the phones and the customers; Asterisk's is not in it.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

from agent.config import load_settings
from agent.errors import UnderstudyError
from agent.evaluation.comparison.sound import Sound, sound_of
from agent.evaluation.customers.persona import shipped_personas
from agent.evaluation.simulation.kept import KeptCalls
from agent.evaluation.simulation.plan import plan
from agent.evaluation.simulation.real_calls.run import Ringing, ring
from agent.evaluation.simulation.run import world_of
from agent.evaluation.simulation.simulated_call import SimulatedCall
from agent.evaluation.simulation.version import version_of

_P50_MS, _P95_MS = 500.0, 900.0
_PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def main() -> None:
    """Ring, and print a line for each load."""
    asked = _arguments()
    settings = load_settings()
    version = version_of(settings, settings.dialogue.playbook, with_sound=True)
    world = world_of(version)
    print(f"{'at once':>8}{'calls':>7}{'answers':>9}{'p50 ms':>8}{'p95 ms':>8}{'cores':>7}")
    for at_once in asked.at_once:
        appointments = plan(shipped_personas(), at_once * asked.each, asked.seed)
        began_s, cpu_s = time.monotonic(), _cpu_s()
        try:
            with tempfile.TemporaryDirectory() as scratch:
                ringing = Ringing(settings, concurrent=at_once)
                kept = KeptCalls(Path(scratch))
                calls = ring(ringing, world, version.playbook, appointments, kept)
        except UnderstudyError as error:
            print(f"{at_once:>8}  {error}")
            break
        cores = (_cpu_s() - cpu_s) / (time.monotonic() - began_s)
        _print_load(at_once, calls, cores)


def _print_load(at_once: int, calls: tuple[SimulatedCall, ...], cores: float) -> None:
    sound = sound_of([call.heard for call in calls if call.heard is not None])
    if sound is None or sound.answer_p50_ms is None or sound.answer_p95_ms is None:
        print(f"{at_once:>8}  nobody was answered")
        return
    figures = f"{sound.answer_p50_ms:>8.0f}{sound.answer_p95_ms:>8.0f}{cores:>7.2f}"
    print(f"{at_once:>8}{len(calls):>7}{sum(sound.answers):>9}{figures}  {_verdict(sound)}")


def _verdict(sound: Sound) -> str:
    assert sound.answer_p50_ms is not None
    assert sound.answer_p95_ms is not None
    within = sound.answer_p50_ms <= _P50_MS and sound.answer_p95_ms <= _P95_MS
    return "within the bars" if within else "over the bars"


def _cpu_s() -> float:
    """Of this process and of those that it has started and that have ended."""
    own, others = (resource.getrusage(who) for who in _PROCESSES)
    return sum(one.ru_utime + one.ru_stime for one in (own, others))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 4, 8, 12])
    parser.add_argument("--each", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
