"""Slow answers, and which stage took the time."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.diagnosis.case import Case, moment, quoted
from agent.diagnosis.finding import Finding, Severity
from agent.diagnosis.limits import Limits

_REST = "rest"


@dataclass(frozen=True, slots=True)
class _Stage:
    """`usual_ms` is what it takes on two idle cores (`tests.bench.calls`)."""

    usual_ms: float
    what: str
    cause: str
    remedy: str


_STAGES: Mapping[str, _Stage] = {
    "endpointing": _Stage(
        500.0,
        "waiting whether the caller had finished",
        "The words sounded unfinished, or were heard too late to be understood.",
        "Usual after words such as “and”. If it is often so, look at turns.endpointing and at how "
        "well the recogniser hears this line.",
    ),
    "asr_final": _Stage(
        30.0,
        "recognising the last words",
        "Recognition was behind: too many calls for the cores, or for speech.threads.",
        'Compare understudy_model_wait_seconds{pool="asr"}; more speech.threads if cores are '
        "idle, fewer calls if not.",
    ),
    "decision": _Stage(
        20.0,
        "deciding what to say",
        "The decision waited for its turn behind other calls, or a language model was asked.",
        'Compare understudy_model_wait_seconds{pool="decide"}; dialogue.language_model off.',
    ),
    "tts_first_audio": _Stage(
        60.0,
        "speaking a line that was not in the cache",
        "The line has values of the call in it, or the cache was cleared.",
        "Shorter clauses before such values; keep speech.cache_dir over updates.",
    ),
    _REST: _Stage(
        30.0,
        "something that is not a stage of its own",
        "The process was held up: a full machine, or a queue that did not answer about its state.",
        "Look at understudy_loop_lateness_seconds at that time, and at AMI.",
    ),
}


def slow_answers(case: Case, limits: Limits) -> Iterator[Finding]:
    """Answers that a caller notices, a finding for each stage that is to blame."""
    slow: defaultdict[str, list[tuple[float, float, str]]] = defaultdict(list)
    stages = {name: case.waits(name) for name in _STAGES if name != _REST}
    for index, ms in case.waits("end_of_speech_to_first_audio").items():
        if ms <= limits.slow_answer_ms:
            continue
        taken = {name: waits.get(index, 0.0) for name, waits in stages.items()}
        taken[_REST] = max(0.0, ms - sum(taken.values()))
        blamed = max(taken, key=lambda name: taken[name] - _STAGES[name].usual_ms)
        answer = case.turn(index)
        at_s = answer.start_s if answer is not None else 0.0
        words = quoted(answer.text) if answer is not None else "an answer"
        shares = ", ".join(f"{name} {value:.0f}" for name, value in taken.items())
        slow[blamed].append((ms, at_s, moment(at_s, f"{words} after {ms:.0f} ms ({shares})")))
    for name, answers in slow.items():
        stage = _STAGES[name]
        longest_s = max(ms for ms, _, _ in answers) / 1000.0
        count = "An answer took" if len(answers) == 1 else f"{len(answers)} answers took up to"
        yield Finding(
            rule="slow_answers",
            severity=Severity.TROUBLE,
            what=f"{count} {longest_s:.1f} s: {stage.what}",
            at_s=answers[0][1],
            evidence=tuple(line for _, _, line in answers),
            cause=stage.cause,
            remedy=stage.remedy,
        )


def greeting(case: Case, limits: Limits) -> Iterator[Finding]:
    """The caller said "hello?" before the agent did."""
    for index, ms in case.waits("answer_to_first_audio").items():
        if ms > limits.slow_greeting_ms:
            yield Finding(
                rule="greeting",
                severity=Severity.TROUBLE,
                what=f"The greeting began {ms / 1000:.1f} s after the answer",
                at_s=turn.start_s if (turn := case.turn(index)) else 0.0,
                evidence=(f"answer_to_first_audio {ms:.0f} ms",),
                cause="The greeting was not in the line cache, or the machine was full.",
                remedy="The start speaks all lines once: see its progress; keep speech.cache_dir.",
            )
