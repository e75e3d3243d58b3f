"""A mined text as the playbook writes it: numbers by their fact, nothing unapproved, clean."""

import re
from collections.abc import Collection, Iterable, Sequence

from agent.cloning.compose.brief import Brief
from agent.cloning.compose.fit import PLACEHOLDER, announces, shortened, unfit
from agent.cloning.compose.house import House
from agent.cloning.compose.numbers import holds_amount, numbered_names, with_facts
from agent.cloning.mined import Evidence, MinedFact
from agent.cloning.redact.residual import residual
from agent.dialogue.claims import ClaimKind, claims_in
from agent.dialogue.guard import Guard
from agent.dialogue.playbook import VARIABLE

_FILLERS = re.compile(r"(?i)(?:^|(?<=[\s,]))(?:um+|uh+|erm*|er|mm+|hmm+)\b[,.…]*\s*")
# Calls; what is said in one may be a customer's.
_OFTEN = 2
_AGENT = re.compile(r"<AGENT(?:_\d+)?>")


class Unfit(Exception):
    """A text that the playbook can't have; says why."""


class Sayer:
    """Turns what people said into lines; knows the facts and the names that lines may hold."""

    def __init__(
        self,
        brief: Brief,
        house: House,
        facts: Sequence[MinedFact],
        quotes: Iterable[Evidence] = (),
        of_customers: Iterable[Evidence] = (),
    ) -> None:
        """`quotes` are what agents said, `of_customers` what customers did.

        A name that agents say in two calls is the company's, unless customers say it, too.
        """
        bare = house.bare_playbook(brief)
        self._brief = brief
        self._facts = tuple(facts)
        self._forbidden = bare.persona.forbid
        self.numbered = numbered_names(brief.products)
        self.names = _names(brief, facts, quotes, of_customers)
        # Without facts: the words between the variables may hold no number, not even a right one.
        names = (*self.names, brief.company, brief.agent_name)
        self._own_names = frozenset(word.lower() for name in names for word in name.split())
        self._guard = Guard(bare.model_copy(update={"facts": {}, "names": names}))

    def line(self, text: str, where: Collection[Evidence] | None = None) -> str:
        """The text of a line that was said `where`, or that a person wrote. Raises Unfit.

        A person may name whom they like: the name is approved by that.
        """
        text = _AGENT.sub("{agent_name}", text)
        text = shortened(text, self._brief.words_per_minute)
        why = unfit(text, self._brief.words_per_minute, self._forbidden)
        if why is not None:
            raise Unfit(why)
        text = with_facts(tidy(text), self._facts, self.numbered, where)
        text = re.sub(r"\}['’]s\b", "} is", text)
        if announces(text):
            raise Unfit("it announces what does not follow it")
        if re.search(r"\}['’\w]|[\w'’]\{", text):
            raise Unfit("it bends a value that is said as it stands in the facts")
        known = {fact.id for fact in self._facts} | {*self.numbered, "company", "agent_name"}
        for name in VARIABLE.findall(text):
            if name not in known:
                raise Unfit(f"it names {{{name}}}, which may not be known when it is said")
        for found in residual(VARIABLE.sub("", text), self._own_names) if where is not None else ():
            raise Unfit(f"it may hold something of one customer: '{found}'")
        for violation in self._guard.check(VARIABLE.sub("", text), ()):
            if violation.kind == ClaimKind.NAME.value and where is None:
                self.names = (*self.names, violation.text.capitalize())
                continue
            what = "a name" if violation.kind == "name" else f"a {violation.kind}"
            raise Unfit(f"it holds {what} that no fact explains: '{violation.text}'")
        return text


def tidy(text: str) -> str:
    """Without hesitations, from a capital to a full stop, blanks single."""
    text = " ".join(_FILLERS.sub("", text).split()).strip(" ,;-–—")
    text = re.sub(r"(?<![\w'{])i(?=['\s,.?!]|$)", "I", text)
    if text and text[-1] not in ".?!…":
        text += "."
    return text[:1].upper() + text[1:]


def is_question(text: str) -> bool:
    """Whether a tidy text asks something at its end."""
    return text.endswith("?")


def _names(
    brief: Brief,
    facts: Sequence[MinedFact],
    quotes: Iterable[Evidence],
    of_customers: Iterable[Evidence],
) -> tuple[str, ...]:
    """The words with a capital in what is sold, who sells it, and what agents say again and again.

    Names of people are placeholders by now.
    """
    said = (brief.company, *brief.products, *(fact.subject for fact in facts))
    words = [word.strip(".,'\"") for text in said for word in re.split(r"[\s-]+", text)]
    own = dict.fromkeys(
        word for word in words if word[:1].isupper() and word.isalpha() and not holds_amount(word)
    )
    calls = _calls_by_name(quotes)
    foreign = {word.lower() for word in own} | _calls_by_name(of_customers).keys()
    often = (word for word, of in calls.items() if len(of) >= _OFTEN and word not in foreign)
    return (*own, *(word.capitalize() for word in sorted(often)))


def _calls_by_name(quotes: Iterable[Evidence]) -> dict[str, set[str]]:
    calls: dict[str, set[str]] = {}
    for item in quotes:
        for claim in claims_in(PLACEHOLDER.sub(" ", item.quote)):
            if claim.kind is ClaimKind.NAME:
                calls.setdefault(claim.text, set()).add(item.call)
    return calls
