"""Facts out of statements of ten trades: what is found, and what is taken for one that is none.

`python -m tests.bench.cloning.statements [TRADE...] [--list]`. Two trusted people state each fact
in words of their own, in four short calls a trade, with talk between that states none
(statements.yaml). A mined fact is right when its words state a fact of the list and its number is
that fact's.
"""

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from agent.cloning.engines import Engines
from agent.cloning.grades import AgentGrade, Grades
from agent.cloning.mine.facts import mine_facts
from agent.cloning.mine.material import Material
from agent.cloning.mined import MinedFact
from agent.cloning.recorded import Conversation, RecordedCall, Turn
from agent.config import Settings

_LIST = Path(__file__).with_name("statements.yaml")
_BACK = ("Right.", "Okay.", "Oh, good.", "I see.", "Mm-hm.", "All right.")
Stated = Mapping[str, Any]


def main(arguments: Sequence[str]) -> None:
    """Mine and print."""
    trades = yaml.safe_load(_LIST.read_text("utf-8"))
    wanted = [one for one in arguments if not one.startswith("-")]
    engines = Engines(Settings())
    found = right = facts = mined = 0
    for trade in trades:
        if wanted and trade["trade"] not in wanted:
            continue
        got = mine_facts(_archive(trade), engines.grammar, engines.encoder).facts
        hits = {id(fact): _stated(fact, trade["facts"]) for fact in got}
        known = [fact for fact in trade["facts"] if any(h is fact for h in hits.values())]
        wrong = [fact for fact in got if hits[id(fact)] is None]
        print(
            f"{trade['trade']:30}{len(known):3} of {len(trade['facts']):2} found, "
            f"{len(wrong):2} of {len(got):2} mined are wrong"
        )
        if "--list" in arguments:
            for fact in trade["facts"]:
                if not any(fact is one for one in known):
                    print(f"    missed  {fact[0]} {fact[1]}: {fact[2]}")
            for one in wrong:
                print(f"    wrong   {one.value} {one.unit}: {one.statement}")
        facts, found = facts + len(trade["facts"]), found + len(known)
        mined, right = mined + len(got), right + len(got) - len(wrong)
    print(f"{'recall':30}{found / facts:.2f}  ({found} of {facts})")
    print(f"{'precision':30}{right / max(1, mined):.2f}  ({right} of {mined})")


def _stated(fact: MinedFact, stated: Sequence[Sequence[Any]]) -> Sequence[Any] | None:
    """The fact of the list that the mined one states."""
    quotes = {quote.quote for quote in fact.evidence}
    for one in stated:
        value, _, *wordings = one
        said = [wording.split("|")[-1].strip() for wording in wordings]
        if not any(quote in wording for quote in quotes for wording in said):
            continue
        if isinstance(value, int | float) or ":" in value:
            if fact.value == value:
                return one
        elif isinstance(fact.value, str):
            return one
    return None


def _archive(trade: Stated) -> Material:
    calls: dict[str, RecordedCall] = {}
    conversations: dict[str, Conversation] = {}
    order = random.Random(trade["trade"])
    for number, agent in enumerate(("ann", "ben", "ann", "ben")):
        wording = 2 + number % 2
        chosen = [fact[wording] for fact in trade["facts"][number // 2 :]]
        said = [*chosen, *trade["chat"][number::4]]
        order.shuffle(said)
        call = f"T-{number + 1}"
        calls[call] = RecordedCall(id=call, agent=agent, transcript=True)
        conversations[call] = Conversation(
            call=call, source="given", turns=tuple(_turns(said, agent, order))
        )
    return Material(calls, conversations, Grades(calls=(), agents=_grades()))


def _turns(said: Sequence[str], agent: str, order: random.Random) -> Iterator[Turn]:
    lines = [("customer", "Hello?"), ("agent", f"Good morning, {agent.title()} speaking.")]
    for one in said:
        *question, answer = one.split("|")
        asked = question[0].removeprefix("Q:").strip() if question else order.choice(_BACK)
        lines += [("customer", asked), ("agent", answer.strip())]
    for index, (speaker, text) in enumerate(lines):
        yield Turn.model_validate(
            {"speaker": speaker, "start": 5.0 * index, "end": 5.0 * index + 4.0, "text": text}
        )


def _grades() -> tuple[AgentGrade, ...]:
    return tuple(
        AgentGrade(
            agent=agent, calls=9, decided=9, won=3, rate=0.3, low=0.2, high=0.4, quality=None,
            rank=rank, tier="top", trust=trust,
        )
        for rank, (agent, trust) in enumerate((("ann", 0.9), ("ben", 0.7)), 1)
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
