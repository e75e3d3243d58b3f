"""Why a turn was answered as it was, in words, from its `decided` event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.records.models import Event, Speaker, Turn
from agent.records.records import DECIDED
from agent.records.report import CallReport

_SOURCES = {
    "rule": "by a phrase that always means it",
    "expected": "as the answer that was asked for",
    "embedding": "by likeness",
    "language_model": "by likeness, the tie broken by the language model",
    "none": "",
}
_NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Why:
    """One decision: sentences, the first one for a glance."""

    rule: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotHeard:
    """A slot of the call; `at_s` is when the caller began to say it, None where nobody wrote it."""

    name: str
    value: str
    at_s: float | None


def why_of(event: Event) -> Why:
    """What a `decided` event tells."""
    data = event.data
    parts = (_meant(data), _close(data), _way(data), *_lines(data), *_refused(data))
    return Why(str(data.get("rule") or "decided"), tuple(part for part in parts if part))


def decisions(report: CallReport) -> dict[int, Why]:
    """By the index of the caller's turn that was decided on."""
    return {turn.index: why_of(event) for turn, event in _pairs(report)}


def slots_heard(report: CallReport) -> tuple[SlotHeard, ...]:
    """The call's slots with the last turn that named each."""
    heard: dict[str, float] = {}
    for turn, event in _pairs(report):
        heard.update(dict.fromkeys(event.data.get("slots", ()), turn.start_s))
    return tuple(
        SlotHeard(name, str(value), heard.get(name)) for name, value in report.call.slots.items()
    )


def _pairs(report: CallReport) -> Sequence[tuple[Turn, Event]]:
    """Each decision with the caller's last turn before it."""
    found: list[tuple[Turn, Event]] = []
    latest: Turn | None = None
    for moment in report.timeline:
        if isinstance(moment, Turn):
            latest = moment if moment.speaker is Speaker.CALLER else latest
        elif moment.kind == DECIDED and latest is not None:
            found.append((latest, moment))
    return found


def _meant(data: dict[str, Any]) -> str:
    intent = data.get("intent")
    if intent is None:
        return ""
    how = _SOURCES.get(str(data.get("source")), "")
    if intent == _NOTHING:
        guess = data.get("guess")
        return f"Not understood{f', perhaps {_words(guess)}' if guess else ''}."
    likely = data.get("source") in ("embedding", "language_model")
    sure = f", {100 * data.get('confidence', 1.0):.0f} % sure" if likely else ""
    return f"Understood as {_words(intent)} {how}".rstrip() + f"{sure}."


def _close(data: dict[str, Any]) -> str:
    others = [pair for pair in data.get("close", ()) if pair[0] != data.get("intent")]
    if not others:
        return ""
    return "Close: " + ", ".join(f"{_words(label)} {score:.2f}" for label, score in others) + "."


def _way(data: dict[str, Any]) -> str:
    before, after = data.get("stage"), data.get("to")
    way = f"Stays in {_words(after)}" if before == after else f"{_words(before)} → {_words(after)}"
    if data.get("action") == "transfer":
        way += f", then to the queue {data.get('queue')} ({_words(data.get('reason'))})"
    elif data.get("action"):
        way += f", then {data['action']}"
    return f"{way}."


def _lines(data: dict[str, Any]) -> Sequence[str]:
    return [f"Line {line['line_id']}{_chosen(line)}." for line in data.get("lines", ())]


def _chosen(line: dict[str, Any]) -> str:
    if line["candidates"] == 1:
        return ""
    if line["by_fit"]:
        return f": fits best of {line['candidates']}"
    return f": the first of {line['candidates']} that was still to be said"


def _refused(data: dict[str, Any]) -> Sequence[str]:
    return [
        f"The guard stopped {one['line_id']}: {', '.join(one['kinds'])} that nothing bears out."
        for one in data.get("refused", ())
    ]


def _words(name: object) -> str:
    return str(name).replace("_", " ")
