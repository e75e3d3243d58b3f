"""What belongs to the company and to nobody: learned from what comes back in many calls."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.cloning.recorded import Conversation, RecordedCall
from agent.cloning.redact.addresses import addresses
from agent.cloning.redact.codes import codes
from agent.cloning.redact.namebook import NameBook
from agent.cloning.redact.particulars import health_words
from agent.cloning.redact.people import Namer
from agent.cloning.redact.said import follow
from agent.cloning.redact.words import Text

_MANY = 3
_OPENING = 5
_TRADE_SHARE = 0.1
_FROM = re.compile(r"\bfrom (?:the )?(?P<name>[a-z&]+(?: [a-z&]+)?)")
_NOT_NAMES = frozenset({"the", "and", "of", "for", "limited", "ltd", "company", "group", "uk"})


@dataclass(frozen=True)
class Company:
    """`words` of its name, `places` where it is, `numbers` it gives out, as its agents say.

    `common`: words that many customers' calls share. `staff`: agent id -> the names they introduce
    themselves by. `trade`: health words that so many customers say that they are the desk's trade,
    not somebody's secret.
    """

    words: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    trade: frozenset[str] = frozenset()
    staff: Mapping[str, frozenset[str]] = field(default_factory=dict)


def learn(
    conversations: Iterable[Conversation],
    calls: Mapping[str, RecordedCall],
    names: NameBook,
    company: str = "",
) -> Company:
    """Read the whole corpus once; `company`: its name, where it is known."""
    conversations = list(conversations)
    customers = {
        c.call: calls[c.call].customer or c.call if c.call in calls else c.call
        for c in conversations
    }
    words, numbers, places, health = (defaultdict[str, set[str]](set) for _ in range(4))
    origins, first = Counter[str](), Counter[str]()
    for conversation in conversations:
        who = customers[conversation.call]
        for said in follow(conversation):
            for word in said.text.lows:
                words[word].add(who)
            for term in health_words(said.text.low):
                health[term].add(who)
            if said.speaker == "agent":
                for span in addresses(said, names, frozenset()):
                    places[span.key].add(who)
                for code in codes(said.text):
                    if not code.letters and len(code.value) > 2:
                        numbers[code.value].add(who)
                if said.index < _OPENING:
                    origins.update({m["name"].split()[0] for m in _FROM.finditer(said.text.low)})
                if said.index < 2:
                    first.update(set(said.text.lows))
    many = max(_MANY, len(set(customers.values())) * _TRADE_SHARE)
    known = _words_of(company) if company else _usual(origins + first, len(conversations), names)
    common = frozenset(w for w, who in words.items() if len(who) >= _MANY)
    # Colleagues' names come back in many calls, too.
    staff = _staff(conversations, calls, Namer(names, frozenset(), known))
    return Company(
        words=known,
        places=frozenset(p for p, who in places.items() if len(who) >= _MANY),
        common=common.difference(*staff.values()),
        numbers=frozenset(n for n, who in numbers.items() if len(who) >= _MANY),
        trade=frozenset(t for t, who in health.items() if len(who) >= many),
        staff=staff,
    )


def _staff(
    conversations: list[Conversation], calls: Mapping[str, RecordedCall], namer: Namer
) -> dict[str, frozenset[str]]:
    """How each agent introduces themselves."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for conversation in conversations:
        agent = calls[conversation.call].agent if conversation.call in calls else ""
        for said in follow(conversation):
            if said.speaker == "agent":
                for named in namer.find(said):
                    if named.role == "self":
                        found[agent][said.text.lows[named.start]] += 1
    told = {
        agent: frozenset(n for n, times in names.items() if 2 * times >= max(names.values()))
        for agent, names in found.items()
    }
    # A table may name its agents instead of numbering them.
    listed = {call.agent for call in calls.values() if call.agent}
    return {
        agent: told.get(agent, frozenset()) | namer.names.first.intersection(_words_of(agent))
        for agent in sorted({*told, *listed})
    }


def _usual(origins: Counter[str], calls: int, names: NameBook) -> frozenset[str]:
    """The company's name as its people say it at the start of many calls."""
    return frozenset(
        name
        for name, times in origins.items()
        if times >= max(_MANY, calls // 5)
        and not names.is_word(name)
        and len(name) > _MANY
        and name not in names.first
    )


def _words_of(name: str) -> frozenset[str]:
    return frozenset(Text(name, False).lows) - _NOT_NAMES
