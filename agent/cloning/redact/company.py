"""What belongs to the company and to nobody: learned from what comes back in many calls."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.cloning.recorded import Conversation, RecordedCall
from agent.cloning.redact.codes import codes
from agent.cloning.redact.namebook import NameBook
from agent.cloning.redact.particulars import health_words
from agent.cloning.redact.people import Namer
from agent.cloning.redact.said import follow
from agent.cloning.redact.words import Text

_MANY = 3
_TRADE_SHARE = 0.1
_FROM = re.compile(r"\bfrom (?:the )?(?P<name>[a-z&]+(?: [a-z&]+)?)")
_NOT_NAMES = frozenset({"the", "and", "of", "for", "limited", "ltd", "company", "group", "uk"})


@dataclass(frozen=True)
class Company:
    """`words` of its name; `common`: words many customers' calls share; `numbers` it gives out.

    `staff`: agent id -> the names they introduce themselves by. `trade`: health words that so
    many customers say that they are the desk's trade, not somebody's secret.
    """

    words: frozenset[str] = frozenset()
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
    words, numbers, health = (defaultdict[str, set[str]](set) for _ in range(3))
    origins: Counter[str] = Counter()
    for conversation in conversations:
        who = customers[conversation.call]
        for said in follow(conversation):
            for word in said.text.lows:
                words[word].add(who)
            for term in health_words(said.text.low):
                health[term].add(who)
            if said.speaker == "agent":
                for code in codes(said.text):
                    if not code.letters and len(code.value) > 2:
                        numbers[code.value].add(who)
                if said.index < 5:
                    origins.update(m["name"].split()[0] for m in _FROM.finditer(said.text.low))
    many = max(_MANY, len(set(customers.values())) * _TRADE_SHARE)
    known = _words_of(company) if company else _usual(origins, len(conversations), names)
    common = frozenset(w for w, who in words.items() if len(who) >= _MANY)
    namer = Namer(names, common, known)
    return Company(
        words=known,
        common=common,
        numbers=frozenset(n for n, who in numbers.items() if len(who) >= _MANY),
        trade=frozenset(t for t, who in health.items() if len(who) >= many),
        staff=_staff(conversations, calls, namer),
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
                        found[agent].update(said.text.lows[named.start : named.end])
    return {agent: frozenset(names) for agent, names in found.items()}


def _usual(origins: Counter[str], calls: int, names: NameBook) -> frozenset[str]:
    """The company's name as its people say it at the start of many calls."""
    return frozenset(
        name
        for name, times in origins.items()
        if times >= max(_MANY, calls // 5) and not names.is_word(name)
    )


def _words_of(name: str) -> frozenset[str]:
    return frozenset(Text(name, False).lows) - _NOT_NAMES
