"""What is measured, by the definitions of the guide (turn-taking 5.3), and how sure it is.

* pause latency: onset to the first tick that carries comfort noise only, so packetisation, the
  policy and the 40 ms of fade-out are in it. Onsets are those of the clean track.
* missed: no commit within 2.0 s of the onset. Items in which the agent had already given up its
  turn before the onset are left out of it and counted as premature. An answer that overlaps the
  end of a question may also be left to run: what counts there is that the agent is silent by then.
* false commit: a commit after the onset of an event that asks for none, up to 2.2 s after its end.
* resumed: the agent is heard again within 500 ms of the sound's end (of the pause's start, where
  there is no such sound), repeats at most 40 ms and skips nothing. Taken over the false pauses
  that did not end in a false commit: those have bars of their own.
* a bot-minute: a minute in which the agent has something to say, pauses included.
* false cut-off: end of turn decided before the caller's last word has ended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from agent.evaluation.sound.channel import FRAME_S
from agent.evaluation.sound.voices import RATE_HZ
from agent.turns.barge_in import BargeInAction
from tests.bench.turns.corpus import YIELD_KINDS, Event, Item
from tests.bench.turns.estimates import NOTHING, Estimate, share
from tests.bench.turns.plan import Kind
from tests.bench.turns.replay import Decision, YieldTrace

MISSED_AFTER_S = 2.0
RESUME_WITHIN_S = 0.5
REPEAT_AT_MOST_MS = 40.0
# A pause so close to the end of an item has no verdict.
_UNDECIDED_S = 0.8


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that should not have been; `held_ms` is None when the agent was not heard again.

    `late_ms` counts from the end of the sound that caused it.
    """

    held_ms: float | None
    late_ms: float | None
    good: bool
    committed: bool


@dataclass(frozen=True, slots=True)
class YieldOutcome:
    """One policy and one item; latencies are from the onset, None where it did not happen."""

    policy: str
    item_id: str
    kind: Kind
    condition: str
    snr_db: float | None
    noise: str
    voice: str
    detail: str
    onset_s: float
    pause_ms: float | None
    commit_ms: float | None
    stopped: bool
    premature: bool
    false_commits: int
    false_pauses: tuple[Pause, ...]
    agent_turns: int
    speaking_s: float
    dead_air_s: float
    story: str


@dataclass(frozen=True, slots=True)
class EndOutcome:
    """One end of turn with one factor on the waiting times; `decided_s` None: not in the item."""

    policy: str
    item_id: str
    condition: str
    voice: str
    place: str
    detail: str
    factor: float
    end_s: float
    decided_s: float | None
    item_end_s: float

    @property
    def cut_off(self) -> bool:
        """Whether the caller was still going to speak."""
        return self.decided_s is not None and self.decided_s < self.end_s

    @property
    def latency_ms(self) -> float:
        """From the end of speech; a turn not ended within its item counts as ended there."""
        decided_s = self.decided_s if self.decided_s is not None else self.item_end_s
        return (decided_s - self.end_s) * 1000.0


def judge(policy: str, item: Item, trace: YieldTrace) -> YieldOutcome:
    """One item's outcome from its trace."""
    event = item.event
    onset_s = event.onset_s if event else 0.0
    should_yield = item.kind in YIELD_KINDS
    early = [d for d in trace.decisions if d.at_s < onset_s]
    late = [d for d in trace.decisions if d.at_s >= onset_s]
    commits = [d for d in late if d.action is BargeInAction.COMMIT]
    pauses = () if should_yield else tuple(_false_pauses(item, trace, late))
    commit_s = commits[0].at_s if commits and event else None
    return YieldOutcome(
        policy=policy,
        item_id=item.item_id,
        kind=item.kind,
        condition=item.condition.name,
        snr_db=item.condition.snr_db,
        noise=item.condition.noise,
        voice=item.voice,
        detail=item.detail,
        onset_s=onset_s,
        pause_ms=_pause_ms(trace, late, onset_s) if event else None,
        commit_ms=None if commit_s is None else (commit_s - onset_s) * 1000.0,
        stopped=_stopped(item, trace, commit_s),
        premature=_given_up(early) or _paused_at_end(early),
        false_commits=0 if should_yield else len(commits),
        false_pauses=pauses,
        agent_turns=len({d.turn for d in late}) if event else _turns_begun(trace),
        speaking_s=sum(trace.speaking) * FRAME_S,
        dead_air_s=_dead_air_s(trace),
        story=", ".join(
            f"{d.at_s:.2f} {d.action.value} {d.reason}".strip() for d in trace.decisions
        ),
    )


def words_lost(said: str, heard: str) -> int:
    """How many words at the start of what was said are missing before the first one heard."""
    recognised = set(heard.split())
    wanted = said.split()
    return next((i for i, word in enumerate(wanted) if word in recognised), len(wanted))


def _pause_ms(trace: YieldTrace, late: list[Decision], onset_s: float) -> float | None:
    stops = (BargeInAction.PAUSE, BargeInAction.COMMIT)
    first = next((d.at_s for d in late if d.action in stops), None)
    if first is None:
        return None
    tick = int(np.ceil(first / FRAME_S - 1e-9))
    silent = next((i for i in range(tick, len(trace.audible)) if not trace.audible[i]), None)
    return None if silent is None else (silent * FRAME_S - onset_s) * 1000.0


def _stopped(item: Item, trace: YieldTrace, commit_s: float | None) -> bool:
    if item.event is None:
        return False
    deadline_s = item.event.onset_s + MISSED_AFTER_S
    if commit_s is not None and commit_s <= deadline_s:
        return True
    tick = round(deadline_s / FRAME_S)
    return item.kind == "answer" and not (tick < len(trace.speaking) and trace.speaking[tick])


def _given_up(early: list[Decision]) -> bool:
    return any(d.action is BargeInAction.COMMIT for d in early)


def _paused_at_end(early: list[Decision]) -> bool:
    return bool(early) and early[-1].action is BargeInAction.PAUSE


def _false_pauses(item: Item, trace: YieldTrace, late: list[Decision]) -> Iterable[Pause]:
    item_end_s = len(item.caller) / RATE_HZ
    moves = iter(trace.moves[len(trace.moves) - _resumes(late) :])
    for index, decision in enumerate(late):
        if decision.action is not BargeInAction.PAUSE:
            continue
        after = late[index + 1] if index + 1 < len(late) else None
        if after is None or after.action is not BargeInAction.RESUME:
            if after is not None or item_end_s - decision.at_s > _UNDECIDED_S:
                yield Pause(None, None, good=False, committed=after is not None)
            continue
        stopped_at, went_on_at = next(moves)
        tick = int(np.ceil(after.at_s / FRAME_S - 1e-9))
        restarted_s = next(
            (i * FRAME_S for i in range(tick, len(trace.audible)) if trace.audible[i]), None
        )
        if restarted_s is None:
            continue
        repeated_ms = 1000.0 * (stopped_at - went_on_at) / RATE_HZ
        late_s = restarted_s - _cause_end_s(item.event, decision.at_s)
        yield Pause(
            held_ms=1000.0 * (restarted_s - decision.at_s),
            late_ms=1000.0 * late_s,
            good=bool(late_s <= RESUME_WITHIN_S and 0.0 <= repeated_ms <= REPEAT_AT_MOST_MS),
            committed=False,
        )


def _resumes(decisions: list[Decision]) -> int:
    return sum(d.action is BargeInAction.RESUME for d in decisions)


def _cause_end_s(event: Event | None, paused_s: float) -> float:
    return max(event.end_s, paused_s) if event else paused_s


def _turns_begun(trace: YieldTrace) -> int:
    steps = np.diff(np.array([False, *trace.speaking]).astype(int))
    return int((steps == 1).sum())


def _dead_air_s(trace: YieldTrace) -> float:
    silent = [s and not a for s, a in zip(trace.speaking, trace.audible, strict=True)]
    return sum(silent) * FRAME_S


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """End-of-turn decisions with one factor on the waiting times."""

    factor: float
    cut_off: Estimate
    mean_latency_ms: float


def operating_curve(outcomes: Sequence[EndOutcome]) -> tuple[OperatingPoint, ...]:
    """False cut-offs against the mean latency of the turns that were not cut, by factor."""
    points = []
    for factor in sorted({o.factor for o in outcomes}):
        at = [o for o in outcomes if o.factor == factor]
        whole = [o.latency_ms for o in at if not o.cut_off]
        if whole:
            rate = share(sum(o.cut_off for o in at), len(at))
            points.append(OperatingPoint(factor, rate, float(np.mean(whole))))
    return tuple(points)


def cut_off_at(curve: Sequence[OperatingPoint], latency_ms: float) -> Estimate:
    """The false cut-offs where the mean latency is this; nothing outside of what was tried.

    The interval is that of the nearest point tried.
    """
    latencies = [p.mean_latency_ms for p in curve]
    if not curve or not min(latencies) <= latency_ms <= max(latencies):
        return NOTHING
    ordered = sorted(curve, key=lambda p: p.mean_latency_ms)
    rates = [p.cut_off.value or 0.0 for p in ordered]
    value = float(np.interp(latency_ms, sorted(latencies), rates))
    count = ordered[0].cut_off.count
    return share(round(value * count / 100), int(count))


def latency_at(curve: Sequence[OperatingPoint], cut_off_percent: float) -> Estimate:
    """The lowest mean latency whose false cut-offs are at most this.

    Where no factor reaches it, the longest latency tried, as a lower end without an upper one.
    """
    ordered = sorted(curve, key=lambda p: p.mean_latency_ms)
    previous: OperatingPoint | None = None
    for point in ordered:
        rate = point.cut_off.value or 0.0
        if rate <= cut_off_percent:
            value = point.mean_latency_ms
            if previous is not None and previous.cut_off.value is not None:
                part = (previous.cut_off.value - cut_off_percent) / (previous.cut_off.value - rate)
                value = previous.mean_latency_ms + part * (value - previous.mean_latency_ms)
            return Estimate(value, None, None, point.cut_off.count)
        previous = point
    if previous is None:
        return NOTHING
    longest_ms = previous.mean_latency_ms
    return Estimate(longest_ms, longest_ms, None, previous.cut_off.count)
