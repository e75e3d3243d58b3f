"""What was found, for whoever wants to read before they review: contradictions first."""

from collections.abc import Iterator, Sequence

from agent.cloning.mined import Evidence, Facts, MinedFact, Talk
from agent.cloning.pipeline import Problem


def report_of(facts: Facts, talk: Talk, problems: Sequence[Problem]) -> str:
    """Markdown."""
    lines = ["# Mine"]
    lines += ["\n## Contradictions\n", *(_contradictions(facts) or ["None."])]
    lines += [
        "\n## Too thin to keep, or to trust\n",
        *([f"- {p}" for p in problems] or ["Nothing."]),
    ]
    lines += ["\n## Facts\n", *[f"- {_fact(fact)}" for fact in facts.facts]]
    lines += ["\n## Said in nearly every call\n", *_must_say(talk)]
    lines += ["\n## Stages\n", "The picture is in flow.svg.\n", *_stages(talk)]
    lines += ["\n## What agents ask for\n", *_slots(talk)]
    lines += ["\n## What customers want\n", *_intents(talk)]
    lines += ["\n## Objections\n", *_objections(talk)]
    return "\n".join(lines) + "\n"


def _contradictions(facts: Facts) -> list[str]:
    told = [
        f"- {said.fact or 'a claim nobody else makes'}: {_place(said.evidence)}. {said.why}"
        for said in facts.contradictions
    ]
    for fact in facts.facts:
        told += [
            f"- {fact.id} is {fact.spoken}; {dispute.said} was said {_place(evidence)}. "
            f"{dispute.why}"
            for dispute in fact.disputes
            for evidence in dispute.evidence
        ]
    return told


def _fact(fact: MinedFact) -> str:
    calls = f"{fact.calls} call{'s' * (fact.calls != 1)}"
    return f"{fact.id}: {fact.spoken} ({fact.confidence}, {calls}): “{fact.statement}”"


def _must_say(talk: Talk) -> Iterator[str]:
    for item in talk.must_say:
        quote = item.evidence[0].quote if item.evidence else ""
        yield f"- {item.description} ({item.share:.0%} of the calls, {item.stage}): “{quote}”"


def _stages(talk: Talk) -> Iterator[str]:
    for stage in talk.stages:
        ways = ", ".join(f"{after} {share:.0%}" for after, share in stage.next.items())
        yield f"- {stage.id}: {stage.goal}. {stage.calls} calls; then {ways}"


def _slots(talk: Talk) -> Iterator[str]:
    texts = {line.id: line.text for line in talk.lines}
    for slot in talk.slots:
        ask = f": “{texts[slot.asks[0]]}”" if slot.asks else ""
        choices = f" ({', '.join(slot.choices)})" if slot.choices else ""
        yield f"- {slot.label}, {slot.type}{choices}, asked in {slot.calls} calls{ask}"


def _intents(talk: Talk) -> Iterator[str]:
    for intent in talk.intents:
        quotes = "; ".join(f"“{example.quote}”" for example in intent.examples[:3])
        yield f"- {intent.id}, {len(intent.examples)} examples: {quotes}"


def _objections(talk: Talk) -> Iterator[str]:
    for objection in talk.objections:
        yield (
            f"- {objection.id}: {objection.description}. Raised {objection.met} times, "
            f"{objection.overcome} of these calls went well"
        )


def _place(evidence: Evidence) -> str:
    who = f"by {evidence.agent} " if evidence.agent else ""
    minutes, seconds = divmod(int(evidence.start), 60)
    return f"{who}in {evidence.call} at {minutes}:{seconds:02d}: “{evidence.quote}”"
