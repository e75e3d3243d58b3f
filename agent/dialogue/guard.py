"""Nothing is said that is not known: outgoing text against facts, slots and approved lines.

Two questions. A line as its author wrote it, with the call's values filled in: is every amount,
date and name in the facts or in the slots? A line in a language model's words: does it claim just
what the line claims, in the same order, in words that the playbook uses? The second is strict on
purpose: a rewording that is turned down costs nothing, since the line itself is said instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from agent.dialogue.claims import QUANTITIES, Claim, ClaimKind, claims_in, word_list, words_in
from agent.dialogue.playbook import Fact, Playbook

# "One" is mostly a pronoun ("the right one"), and nobody is misled by it.
_HARMLESS = Claim(ClaimKind.NUMBER, "1")
_CHECKED = QUANTITIES | {ClaimKind.NAME}
# Short words that every line may need and hardly any playbook has all of.
_SMALL_WORDS = word_list(
    "a an the and or but so if then than as at by for from in into of off on out over to "
    "up with i i'd i'll i'm i've me my you you'd you'll you're you've your we we'd we'll "
    "we're we've us our it it's its he she they them their this that that's these those "
    "there there's here is are was be been am do does did have has had can could may "
    "might must shall should will would what what's which who when where why how just now "
    "still also too very well"
)


@dataclass(frozen=True, slots=True)
class Violation:
    """What a text may not say: `kind` is a claim's kind, "word", or "left out"."""

    kind: str
    text: str


class Guard:
    """Checks one playbook's outgoing text."""

    def __init__(self, playbook: Playbook) -> None:
        facts = tuple(playbook.facts.values())
        choices = [c.spoken for slot in playbook.slots.values() for c in slot.choices.values()]
        said = (
            playbook.persona.name, playbook.persona.company, *playbook.names, *choices,
            *(fact.spoken for fact in facts),
        )  # fmt: skip
        self._names = frozenset(claim.text for text in said for claim in _names_anywhere(text))
        self._known = frozenset(claim for text in said for claim in claims_in(text))
        self._known |= frozenset(claim for fact in facts for claim in _with_unit(fact))
        self._words = _SMALL_WORDS | frozenset(
            word for line in playbook.lines.values() for text in line.texts
            for word in words_in(text)
        )  # fmt: skip

    def check(self, text: str, spoken_slots: Iterable[str]) -> tuple[Violation, ...]:
        """What a playbook's line says that is not known.

        `spoken_slots` are this call's values as spoken, without free text of the caller: what
        somebody has said is no fact.
        """
        values = tuple(spoken_slots)
        claims = self._known | {claim for value in values for claim in claims_in(value)}
        names = self._names | {claim.text for value in values for claim in _names_anywhere(value)}
        found = {
            claim
            for claim in claims_in(text, self._names)
            if claim.kind in _CHECKED
            and claim != _HARMLESS
            and claim not in claims
            and not (claim.kind is ClaimKind.NAME and claim.text in names)
        }
        return tuple(sorted(map(_violation, found), key=lambda v: (v.kind, v.text)))

    def check_rewording(self, text: str, line: str) -> tuple[Violation, ...]:
        """Where a model's words for a line say more, less or something else than the line."""
        own = self._names | {claim.text for claim in _names_anywhere(line)}
        wanted, claimed = _sequence(line, own), _sequence(text, own)
        found = [
            _violation(said) if said is not None else Violation("left out", meant.text)
            for said, meant in zip_longest(claimed, wanted)
            if said != meant and (said is not None or meant is not None)
        ]
        unknown = words_in(text) - self._words - words_in(line)
        return (*found, *(Violation("word", word) for word in sorted(unknown)))


def _sequence(text: str, names: frozenset[str]) -> list[Claim]:
    return [claim for claim in claims_in(text, names) if claim != _HARMLESS]


def _names_anywhere(text: str) -> list[Claim]:
    """The names of a value, whose first word is one as well."""
    return [claim for claim in claims_in(f"x {text}") if claim.kind is ClaimKind.NAME]


def _with_unit(fact: Fact) -> list[Claim]:
    """A fact that is spoken as a bare number counts with its unit, which the line then says."""
    bare = any(claim.kind is ClaimKind.NUMBER for claim in claims_in(fact.spoken))
    unit = "pounds" if fact.unit.startswith("GBP") else fact.unit
    return [*claims_in(f"{fact.spoken} {unit}")] if bare and unit else []


def _violation(claim: Claim) -> Violation:
    return Violation(claim.kind.value, claim.text)
