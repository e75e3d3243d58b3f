"""Tables of a run as rows of text: the first row is the head."""

from collections import Counter

from agent.evaluation.sound.sounds import TICS
from agent.evaluation.sound.voices import VOICES
from tests.bench.turns import metrics
from tests.bench.turns.estimates import Estimate, percentile, share
from tests.bench.turns.plan import NOISES
from tests.bench.turns.results import CONDITIONS, Results, commit_ms, pause_ms

_FAILURES = 60
_FAILURES_A_GROUP = 3


def said(estimate: Estimate, unit: str = "") -> str:
    """A value with its interval, "-" where nothing was measured."""
    if estimate.value is None:
        return "-"
    digits = 0 if unit == "ms" else 2 if unit == "/min" else 1
    text = f"{estimate.value:.{digits}f}"
    if estimate.low is not None and estimate.high is None:
        return f"over {text}"
    if estimate.low is not None and estimate.high is not None:
        text += f" ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"
    return text


def comparison(results: Results) -> list[list[str]]:
    """A head and one row a policy: what the references must show if the bench is right."""
    stops = ("interruption", "stop_word")
    rows = [
        [
            "policy", "pause p50 / p95 ms", "commit p50 ms", "missed clean", "missed 10 dB",
            "backchannel", "tics", "side talk", "noise 10 dB /min", "echo /min",
            "dead air ms/min", "cut off", "end ms",
        ]
    ]  # fmt: skip
    for policy in results.policies():
        shipped = results.turn_ends(policy, "clean", 1.0)
        curve = metrics.operating_curve(shipped)
        air = results.dead_air_ms_a_minute(policy)
        rows.append(
            [
                policy,
                " / ".join(
                    _bare(results.latency(policy, pause_ms, at, "clean"), 0) for at in (50, 95)
                ),
                _bare(results.latency(policy, commit_ms, 50, "clean"), 0),
                _bare(results.missed(policy, ("clean",), stops)),
                _bare(results.missed(policy, ("10 dB",), stops)),
                _bare(results.false_commits(policy, ("backchannel",), ("clean",))),
                _bare(results.false_commits(policy, ("tic",), ("clean",))),
                _bare(results.false_commits(policy, ("side_talk",), ("clean",))),
                _bare(results.commits_a_minute(policy, ("noise",), ("10 dB",)), 2),
                _bare(results.commits_a_minute(policy, ("echo",), ("echo 12 dB", "echo 20 dB")), 2),
                "-" if air is None else f"{air:.0f}",
                _bare(curve[0].cut_off) if curve else "-",
                f"{curve[0].mean_latency_ms:.0f}" if curve else "-",
            ]
        )
    return rows


def class_table(results: Results, policy: str) -> list[list[str]]:
    """False commits of one policy: a row for each class of sound, a column for each condition."""
    rows = [["false commits", *CONDITIONS]]
    classes = [("backchannel", ""), ("side_talk", ""), *(("tic", tic) for tic in TICS)]
    for kind, detail in classes:
        cells = [results.false_commits(policy, (kind,), (c,), detail) for c in CONDITIONS]
        rows.append([detail or kind.replace("_", " "), *(_percent(cell) for cell in cells)])
    for noise in NOISES:
        cells = [results.commits_a_minute_in(policy, noise, c) for c in CONDITIONS]
        rows.append([f"{noise}, a bot-minute", *(said(cell, "/min") for cell in cells)])
    return rows


def voice_table(results: Results, policy: str) -> list[list[str]]:
    """Missed interruptions and false commits by speaker, clean."""
    rows = [["voice", "recogniser trained on it", "missed, clean", "missed, 10 dB", "backchannels"]]
    for voice in VOICES:
        mine = results.by_voice(voice.name)
        if mine.yields:
            stops = ("interruption", "stop_word")
            rows.append(
                [
                    voice.name,
                    "yes" if voice.asr_heard else "no",
                    _percent(mine.missed(policy, ("clean",), stops)),
                    _percent(mine.missed(policy, ("10 dB",), stops)),
                    _percent(mine.false_commits(policy, ("backchannel",), ("clean",))),
                ]
            )
    return rows


def end_table(results: Results, policy: str) -> list[list[str]]:
    """End of turn as shipped, by what stands before the longest pause."""
    rows = [["turn", "n", "cut off", "latency p50 ms", "latency p95 ms"]]
    for condition in ("clean", "10 dB"):
        for place in ("short", "slot", "incomplete", "complete"):
            mine = [o for o in results.turn_ends(policy, condition, 1.0) if o.place == place]
            whole = [o.latency_ms for o in mine if not o.cut_off]
            cut = share(sum(o.cut_off for o in mine), len(mine))
            p50, p95 = (percentile(whole, at) for at in (50, 95))
            rows.append(
                [
                    f"{place}, {condition}",
                    str(len(mine)),
                    _percent(cut),
                    said(p50, "ms"),
                    said(p95, "ms"),
                ]
            )
    return rows


def lost_table(results: Results) -> list[list[str]]:
    """Words the recogniser lost at the start of interruptions; no policy can change that."""
    rows = [["condition", "n", "none lost", "mean lost"]]
    for condition in CONDITIONS:
        lost = [
            i.words_lost[1] for i in results.items if i.words_lost and i.words_lost[0] == condition
        ]
        if lost:
            whole = share(lost.count(0), len(lost))
            rows.append(
                [condition, str(len(lost)), _percent(whole), f"{sum(lost) / len(lost):.2f}"]
            )
    return rows


def failures(results: Results, policy: str) -> list[list[str]]:
    """The first wrong decisions of each kind and condition, with everything that was decided."""
    rows, seen = [["item", "condition", "voice", "what", "onset", "decisions"]], Counter[str]()
    for o in results.of(
        policy, ("interruption", "stop_word", "backchannel", "tic", "side_talk", "echo")
    ):
        missed = o.kind in ("interruption", "stop_word") and not o.stopped and not o.premature
        group = f"{o.kind} {o.condition}"
        if (missed or o.false_commits) and seen[group] < _FAILURES_A_GROUP:
            seen[group] += 1
            noise = f"{o.condition} {o.noise}".strip()
            rows.append(
                [o.item_id, noise, o.voice, f"{'missed' if missed else 'committed'}: {o.detail}",
                 f"{o.onset_s:.2f}", o.story or "nothing"]
            )  # fmt: skip
    return rows[: _FAILURES + 1]


def _bare(estimate: Estimate, digits: int = 1) -> str:
    return "-" if estimate.value is None else f"{estimate.value:.{digits}f}"


def _percent(estimate: Estimate) -> str:
    return f"{said(estimate)} of {estimate.count:g}" if estimate.count >= 10 else "-"
