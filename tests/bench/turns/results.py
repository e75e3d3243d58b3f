"""From outcomes to tables: the issue's bars, classes of false commits, policies side by side."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.bench.turns import metrics
from tests.bench.turns.estimates import Estimate, per_minute, percentile, share
from tests.bench.turns.metrics import EndOutcome, Pause, YieldOutcome
from tests.bench.turns.run import ItemResult

CONDITIONS = ("clean", "20 dB", "15 dB", "10 dB", "5 dB", "0 dB", "network")
_FALSE_COMMIT_BARS = (
    ("backchannel", "backchannels", "clean", 5),
    ("backchannel", "backchannels", "10 dB", 10),
    ("tic", "coughs, clicks, laughs", "clean", 5),
    ("side_talk", "side talk", "clean", 20),
)
NEGATIVE_KINDS = ("backchannel", "tic", "side_talk")


@dataclass(frozen=True, slots=True)
class Bar:
    """One demand of the issue; `limit` is the most allowed, or the least where `at_least`."""

    measure: str
    unit: str
    estimate: Estimate
    limit: float
    at_least: bool = False

    @property
    def verdict(self) -> Literal["pass, proven", "pass", "fail", "not measured"]:
        """ "proven" where the whole 95 % interval keeps the bar."""
        estimate, limit = self.estimate, self.limit
        if estimate.value is None:
            return "not measured"
        edge = estimate.low if self.at_least else estimate.high
        sign = -1 if self.at_least else 1
        if sign * estimate.value > sign * limit:
            return "fail"
        return "pass, proven" if edge is not None and sign * edge <= sign * limit else "pass"


class Results:
    """All outcomes of one run."""

    def __init__(self, items: Iterable[ItemResult]) -> None:
        self.items = sorted(items, key=lambda item: item.item_id)
        self.yields = [outcome for item in self.items for outcome in item.yields]
        self.ends = [outcome for item in self.items for outcome in item.ends]
        self.scored = [one for item in self.items for one in item.scored]

    def policies(self) -> tuple[str, ...]:
        """Names, as they first come."""
        names = [o.policy for o in self.yields] + [o.policy for o in self.ends]
        return tuple(dict.fromkeys(names))

    def of(
        self, policy: str, kinds: Sequence[str], conditions: Sequence[str] = ()
    ) -> list[YieldOutcome]:
        """A policy's outcomes with items of these kinds."""
        return [
            o
            for o in self.yields
            if o.policy == policy
            and o.kind in kinds
            and (not conditions or o.condition in conditions)
        ]

    def missed(self, policy: str, conditions: Sequence[str], kinds: Sequence[str]) -> Estimate:
        """Percent of interruptions that did not stop the agent within 2 s."""
        chosen = [o for o in self.of(policy, kinds, conditions) if not o.premature]
        return share(sum(not o.stopped for o in chosen), len(chosen))

    def false_commits(
        self, policy: str, kinds: Sequence[str], conditions: Sequence[str], detail: str = ""
    ) -> Estimate:
        """Percent of events that ask for no commit and got one."""
        chosen = [
            o
            for o in self.of(policy, kinds, conditions)
            if not o.premature and (not detail or o.detail == detail)
        ]
        return share(sum(o.false_commits > 0 for o in chosen), len(chosen))

    def false_pause_rate(
        self, policy: str, kinds: Sequence[str], conditions: Sequence[str]
    ) -> Estimate:
        """Percent of events that ask for no pause and got one."""
        chosen = [o for o in self.of(policy, kinds, conditions) if not o.premature]
        return share(sum(len(o.false_pauses) > 0 for o in chosen), len(chosen))

    def commits_a_minute(
        self, policy: str, kinds: Sequence[str], conditions: Sequence[str]
    ) -> Estimate:
        """False commits a bot-minute in stretches without any event."""
        chosen = self.of(policy, kinds, conditions)
        minutes = sum(o.speaking_s for o in chosen) / 60
        return per_minute(sum(o.false_commits for o in chosen), minutes)

    def commits_a_minute_in(self, policy: str, noise: str, condition: str) -> Estimate:
        """The same with one kind of noise."""
        chosen = [o for o in self.of(policy, ("noise",), (condition,)) if o.noise == noise]
        minutes = sum(o.speaking_s for o in chosen) / 60
        return per_minute(sum(o.false_commits for o in chosen), minutes)

    def by_voice(self, voice: str) -> "Results":
        """The outcomes with one speaker."""
        names = {o.item_id for o in self.yields if o.voice == voice}
        return Results(item for item in self.items if item.item_id in names)

    def dead_air_ms_a_minute(self, policy: str) -> float | None:
        """Silence of an agent that had something to say, in items that ask for none."""
        chosen = self.of(policy, (*NEGATIVE_KINDS, "noise", "quiet", "echo"))
        spoken_s = sum(o.speaking_s for o in chosen)
        return 60_000 * sum(o.dead_air_s for o in chosen) / spoken_s if spoken_s else None

    def latency(
        self,
        policy: str,
        which: Callable[[YieldOutcome], float | None],
        percent: float,
        condition: str,
    ) -> Estimate:
        """A percentile of latencies of interruptions and stop words that began undisturbed."""
        chosen = self.of(policy, ("interruption", "stop_word"), (condition,))
        values = [v for o in chosen if not o.premature and (v := which(o)) is not None]
        return percentile(values, percent)

    def overall_false_rate(self, policy: str) -> Estimate:
        """Below 10 dB: percent of events and of noise-only agent turns that got a false commit."""
        events = [o for o in self.of(policy, NEGATIVE_KINDS, ("5 dB", "0 dB")) if not o.premature]
        noise = self.of(policy, ("noise",), ("5 dB", "0 dB"))
        hits = sum(o.false_commits > 0 for o in events) + sum(o.false_commits for o in noise)
        return share(hits, len(events) + sum(o.agent_turns for o in noise))

    def false_pauses(self, policy: str) -> list[Pause]:
        """Every pause in items that ask for none."""
        chosen = self.of(policy, (*NEGATIVE_KINDS, "noise", "quiet", "echo"))
        return [pause for o in chosen for pause in o.false_pauses]

    def resumed(self, policy: str) -> Estimate:
        """Percent of uncommitted false pauses after which the agent went on in time and place."""
        pauses = [p for p in self.false_pauses(policy) if not p.committed]
        return share(sum(p.good for p in pauses), len(pauses))

    def turn_ends(
        self, policy: str, condition: str, factor: float | None = None
    ) -> list[EndOutcome]:
        """Ends of turn of one policy; at every factor, or at this one."""
        return [
            o
            for o in self.ends
            if o.policy == policy
            and o.condition == condition
            and (factor is None or o.factor == factor)
        ]

    def bars(self, policy: str) -> tuple[Bar, ...]:
        """The issue's table, as far as a replay can fill it."""
        stops = ("interruption", "stop_word")
        curve = metrics.operating_curve(self.turn_ends(policy, "clean"))
        echoes = ("echo 12 dB", "echo 20 dB")
        return (
            Bar("pause, clean, p50", "ms", self.latency(policy, pause_ms, 50, "clean"), 150),
            Bar("pause, clean, p95", "ms", self.latency(policy, pause_ms, 95, "clean"), 220),
            *(
                Bar(f"missed interruptions, {at}", "%", self.missed(policy, (at,), stops), limit)
                for at, limit in (("clean", 1), ("10 dB", 3), ("5 dB", 8))
            ),
            *(
                Bar(
                    f"false commit on {name}, {at}",
                    "%",
                    self.false_commits(policy, (kind,), (at,)),
                    limit,
                )
                for kind, name, at, limit in _FALSE_COMMIT_BARS
            ),
            *(
                Bar(
                    f"false commits a bot-minute, noise only, {at}",
                    "/min",
                    self.commits_a_minute(policy, ("noise",), (at,)),
                    limit,
                )
                for at, limit in (("10 dB", 0.05), ("5 dB", 0.2))
            ),
            Bar("false interruptions, below 10 dB", "%", self.overall_false_rate(policy), 5),
            Bar("false pauses resumed in time and place", "%", self.resumed(policy), 98, True),
            Bar(
                "echo self-interruptions a bot-minute, return loss >= 12 dB",
                "/min",
                self.commits_a_minute(policy, ("echo",), echoes),
                0,
            ),
            Bar("false cut-offs at 600 ms mean latency", "%", metrics.cut_off_at(curve, 600), 12),
            Bar("mean latency at 5 % false cut-offs", "ms", metrics.latency_at(curve, 5), 800),
        )


def commit_ms(outcome: YieldOutcome) -> float | None:
    """For `Results.latency`."""
    return outcome.commit_ms


def pause_ms(outcome: YieldOutcome) -> float | None:
    """For `Results.latency`."""
    return outcome.pause_ms
