"""Simulated calls with sound: how fast, how well heard, and what text does not show.

    python -m tests.bench.simulated_audio [--calls 20] [--seed 7] [--playbook larkfield]
                                          [--personas eager,interrupter] [--deaf 24]

In this process alone; the bar is 5 x real time on one core. The same customers call in text, too:
outcomes differ by what is misheard. --deaf: so many calls of customers who cut in on every longer
turn, to the agent and to one that makes no room; the comparison has to tell them apart at
p < 0.01. Lines that have to be heard are not counted.
"""

import argparse
import time
from collections import Counter
from collections.abc import Sequence

from agent.config import Settings
from agent.evaluation.comparison.findings import Side, find
from agent.evaluation.comparison.sound import Sound, sound_of
from agent.evaluation.comparison.told import sound_rows
from agent.evaluation.customers.persona import shipped_personas
from agent.evaluation.simulation.audio.call import audio_call
from agent.evaluation.simulation.audio.engines import engines_of
from agent.evaluation.simulation.plan import Appointment, plan, select
from agent.evaluation.simulation.run import world_of
from agent.evaluation.simulation.simulated_call import SimulatedCall
from agent.evaluation.simulation.text_call import text_call
from agent.evaluation.simulation.version import Version, version_of
from agent.evaluation.simulation.world import World
from agent.turns.settings import BargeInSettings

_BAR = 5.0
_MADE_ROOM = "cut in, silent within 1 s"
# Words never are evidence enough, and no pause is made on suspicion.
_DEAF = BargeInSettings.model_validate(
    {
        "live_evidence": 99.0,
        "over_evidence": 99.0,
        "clean": {"max_pauses": 0},
        "noisy": {"max_pauses": 0, "sustained_ms": 0},
        "loud": {"sustained_ms": 0},
    }
)


def main() -> None:
    """Simulate, and print."""
    asked = _arguments()
    settings = Settings()
    chosen = select(shipped_personas(), asked.personas.split(",") if asked.personas else ())
    appointments = plan(chosen, asked.calls, asked.seed)
    version = version_of(settings, asked.playbook, with_sound=True)
    world = world_of(version)
    calls, speed = _with_sound(version, world, appointments)
    sound = sound_of([call.heard for call in calls if call.heard is not None])
    assert sound is not None
    _print_sound(sound, speed)
    in_text = [text_call(world, one.persona, one.seed) for one in appointments]
    _print_outcomes(in_text, calls)
    if asked.deaf:
        _print_deaf(settings, world, asked)


def _with_sound(
    version: Version, world: World, appointments: Sequence[Appointment]
) -> tuple[list[SimulatedCall], float]:
    """The calls, and seconds of sound a CPU second; sounds that are new are made before."""
    assert version.sound is not None
    engines = engines_of(version.sound, world.playbook)
    calls, spent_s, sounded_s = [], 0.0, 0.0
    for one in appointments:
        began_s = time.process_time()
        calls.append(audio_call(world, engines, one.persona, one.seed))
        spent_s += time.process_time() - began_s
        heard = calls[-1].heard
        sounded_s += heard.seconds if heard is not None else 0.0
    return calls, sounded_s / spent_s


def _print_sound(sound: Sound, speed: float) -> None:
    verdict = "reached" if speed >= _BAR else "missed"
    print(f"{'real time, times, on one core':40}{speed:.1f}  (bar {_BAR:.0f}: {verdict})")
    for name, figure in sound_rows(sound):
        print(f"{name:40}{figure}")


def _print_outcomes(in_text: Sequence[SimulatedCall], calls: Sequence[SimulatedCall]) -> None:
    counted = [Counter(call.outcome for call in side) for side in (in_text, calls)]
    print(f"\n{'outcome':40}{'text':>8}{'audio':>8}")
    for outcome in sorted(set().union(*counted)):
        print(f"{outcome:40}{counted[0][outcome]:8}{counted[1][outcome]:8}")
    broken = [sum(bool(call.breaches) for call in side) for side in (in_text, calls)]
    same = sum(a.outcome == b.outcome for a, b in zip(in_text, calls, strict=True))
    print(f"{'broke a gate':40}{broken[0]:8}{broken[1]:8}")
    print(f"{same} of {len(calls)} calls came out the same")
    for call in calls:
        for breach in call.breaches:
            print(f"  {call.seed}: {breach.gate}: {breach.why}: {breach.quote}")


def _print_deaf(settings: Settings, world: World, asked: argparse.Namespace) -> None:
    """Whether the comparison of two versions sees that one makes no room."""
    (interrupter,) = select(shipped_personas(), ["interrupter"])
    always = interrupter.model_copy(update={"interrupts": 1.0})
    appointments = plan([always], asked.deaf, asked.seed)
    deaf = settings.turns.model_copy(update={"barge_in": _DEAF})
    stages = tuple(stage.id for stage in world.playbook.stages)
    sides = []
    for label, turns in (("sound", settings.turns), ("deaf", deaf)):
        changed = settings.model_copy(update={"turns": turns})
        version = version_of(changed, asked.playbook, with_sound=True)
        calls, _ = _with_sound(version, world, appointments)
        sides.append(Side(label, label, stages, tuple(calls)))
    found = find(sides, shipped_personas()).differences.get(_MADE_ROOM)
    if found is None:
        print("\ndeaf: nobody cut in, in both")
        return
    print(
        f"\ndeaf to interruptions: {_MADE_ROOM} {found.a:.2f} -> {found.b:.2f} in {found.pairs} "
        f"pairs of calls, p {found.p:.4f}, corrected for all measures {found.p_holm:.4f}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--playbook", default="larkfield")
    parser.add_argument("--personas", default="")
    parser.add_argument("--deaf", type=int, default=24)
    return parser.parse_args()


if __name__ == "__main__":
    main()
