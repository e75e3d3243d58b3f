"""The description of a domain for a reader."""

from collections.abc import Iterable, Iterator

from agent.cloning.domain.description import Description, Duty, Style
from agent.cloning.mined import Evidence


def report_of(found: Description) -> str:
    """5-domain/report.md"""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Description) -> Iterator[str]:
    yield f"# {found.company or 'A company that its agents do not name'}"
    yield ""
    yield f"Calls are {found.direction} ({found.direction_share:.0%} of those that show it)."
    yield f"A call goes well when {found.objective.words}."
    yield ""
    yield from _quotes(found.objective.said)
    yield from _section("Outcomes", (f"* {o}: {s:.0%}" for o, s in found.outcomes.items()))
    yield from _section("Names", (f"* {n.name}, in {n.calls} calls" for n in found.products))
    yield "## Topics"
    for topic in found.topics:
        yield f"* {', '.join(topic.words)}: in {topic.calls:.0%} of the calls"
        yield from _quotes(topic.evidence)
    yield "## Customers"
    for one in found.customers:
        won = "" if one.won is None else f", {one.won:.0%} won"
        yield f"* {', '.join(one.words)}: {one.calls} calls{won}"
        yield from _quotes(one.evidence)
    yield "## What agents do"
    for duty in found.duties:
        yield from _duty(duty)
    yield "## How the best of them talk"
    yield from _style(found.style)
    yield from _section(
        "Vocabulary",
        (
            f"* {t.word}: {t.calls} calls, {t.times_usual:g} times as usual"
            for t in found.vocabulary
        ),
    )


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"## {title}"
    yield from lines
    yield ""


def _duty(duty: Duty) -> Iterator[str]:
    verb = "promise to" if duty.kind == "responsibility" else ""
    yield f"* {verb} {duty.what}: {duty.calls} calls, {duty.agents} agents".replace("*  ", "* ")
    yield from _quotes(duty.evidence)


def _style(style: Style) -> Iterator[str]:
    yield f"{', '.join(style.words) or 'nothing stands out'}."
    yield ""
    yield f"* {style.words_a_turn:g} words a turn, {style.talk_share:.0%} of all words"
    yield f"* {style.questions:.0%} of their turns ask something"
    if style.words_per_minute is not None:
        yield f"* {style.words_per_minute:g} words a minute"
    if style.pause_s is not None:
        yield f"* they answer {style.pause_s:g} s after the customer has finished"
    yield from _quotes(style.evidence)


def _quotes(evidence: Iterable[Evidence]) -> Iterator[str]:
    for one in evidence:
        yield f'    * "{one.quote}" ({one.call}, turn {one.turn})'
    yield ""
