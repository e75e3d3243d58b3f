"""What can't be learned from a corpus, because too little of it shows."""

from collections.abc import Iterator

from agent.cloning.mine.material import Material
from agent.cloning.mined import Talk
from agent.cloning.pipeline import Problem

# With fewer calls than this, what most people do can't be told from what one of them did once.
_FEW_CALLS = 10
_FEW_WON = 3
_FEW_AGENTS = 2
_SEEN = 3


def too_thin(material: Material, talk: Talk) -> list[Problem]:
    """Each with what it costs and what would help."""
    return [*_corpus(material), *_found(talk)]


def _corpus(material: Material) -> Iterator[Problem]:
    used = material.grades.used_for("lines")
    calls = [material.calls[call] for call in material.grades.used_for("lines", "contrast")]
    if len(used) < _FEW_CALLS:
        yield Problem(
            f"{len(used)} calls to learn lines from",
            "what people always say can't be told from what somebody said once: lines have no "
            "lift, and little is known to have to be said",
            f"Add recordings of the best people, {_FEW_CALLS} calls at least.",
        )
    if sum(call.won is True for call in calls) < _FEW_WON:
        yield Problem(
            "calls that went well",
            f"there are fewer than {_FEW_WON}: how to close, the terms before it and what works "
            "against an objection can't be learned",
            "Add calls that ended well, or check how outcomes are read in 1-ingest/report.md.",
        )
    if all(call.won for call in calls):
        yield Problem(
            "calls that went badly",
            "there are none: a line can't be compared with what was said in calls that were lost",
            "Add lost calls of the same people.",
        )
    if len({call.agent for call in calls if call.agent}) < _FEW_AGENTS:
        yield Problem(
            "people",
            "all calls to learn from are one person's or nobody's: a habit of one can't be told "
            "from what the company's people do",
            "Add calls of others, with who took them.",
        )


def _found(talk: Talk) -> Iterator[Problem]:
    for objection in talk.objections:
        if objection.met < _SEEN:
            yield Problem(
                f"objection {objection.id}",
                f"it was raised {_times(objection.met)}",
                "Read its lines before you accept them.",
            )
        elif not objection.answer:
            yield Problem(
                f"objection {objection.id}",
                "no answer to it is fit for another customer",
                "Write one on the review page.",
            )
    for stage in talk.stages:
        if not stage.lines:
            yield Problem(
                f"stage {stage.id}",
                "no line of it is fit for another customer",
                "The house's wording is used; write your own on the review page.",
            )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
