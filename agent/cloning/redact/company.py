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
from agent.cloning.redact.said import Said, follow
from agent.cloning.redact.words import Text

_MANY = 3
# Shorter ones are prices and quantities, and may be the digits on the back of a card as well.
_MIN_DIGITS = 4
# Turns of a call in which an agent says where they ring from, and greets.
_OPENING, _GREETING = 5, 2
_TRADE_SHARE = 0.1
_FROM = re.compile(r"\bfrom (?:the )?(?P<name>[a-z]+)")
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


class _Heard:
    """By word, number, place and term of illness the customers in whose calls it was said."""

    def __init__(self) -> None:
        self.words = defaultdict[str, set[str]](set)
        self.numbers = defaultdict[str, set[str]](set)
        self.places = defaultdict[str, set[str]](set)
        self.health = defaultdict[str, set[str]](set)
        self.origins = Counter[str]()

    def listen(self, said: Said, customer: str, names: NameBook) -> None:
        """Note one turn of a customer's call."""
        for word in said.text.lows:
            self.words[word].add(customer)
        for term in health_words(said.text.low):
            self.health[term].add(customer)
        if said.speaker == "customer":
            return
        for span in addresses(said, names, frozenset()):
            self.places[span.key].add(customer)
        for code in codes(said.text):
            if not code.letters and len(code.value) > _MIN_DIGITS:
                self.numbers[code.value].add(customer)
        if said.index < _OPENING:
            self.origins.update({m["name"] for m in _FROM.finditer(said.text.low)})
        if said.index < _GREETING:
            self.origins.update(set(said.text.lows))


def learn(
    conversations: Iterable[Conversation],
    calls: Mapping[str, RecordedCall],
    names: NameBook,
    company: str = "",
) -> Company:
    """Read the whole corpus once; `company`: its name, where it is known."""
    conversations = list(conversations)
    heard, customers = _Heard(), set()
    for conversation in conversations:
        call = calls.get(conversation.call)
        customer = call.customer if call and call.customer else conversation.call
        customers.add(customer)
        for said in follow(conversation):
            heard.listen(said, customer, names)
    known = _words_of(company) or _usual(heard.origins, len(conversations), names)
    # An ordinary word of its name may be in a customer's address, too.
    known = frozenset(word for word in known if not names.is_word(word))
    # Colleagues' names come back in many calls, too.
    staff = _staff(conversations, calls, Namer(names, frozenset(), known))
    return Company(
        words=known,
        places=_said_to(heard.places, _MANY),
        common=_said_to(heard.words, _MANY).difference(*staff.values()),
        numbers=_said_to(heard.numbers, _MANY),
        trade=_said_to(heard.health, max(_MANY, len(customers) * _TRADE_SHARE)),
        staff=staff,
    )


def _said_to(heard: Mapping[str, set[str]], least: float) -> frozenset[str]:
    return frozenset(what for what, customers in heard.items() if len(customers) >= least)


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
        if times >= max(_MANY, calls // 5) and len(name) > _MANY and name not in names.first
    )


def _words_of(name: str) -> frozenset[str]:
    return frozenset(Text(name, False).lows) - _NOT_NAMES
