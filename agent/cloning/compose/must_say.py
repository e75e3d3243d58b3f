"""What has to be said: with which words, where in a call, and for which product."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.cloning.compose.composition import Origin
from agent.cloning.compose.parts import Role, role_of
from agent.cloning.compose.workbook import Workbook
from agent.cloning.mined import Facts, MinedFact, MustSay, Talk

_OF_THE_HOUSE: dict[Role | None, str] = {
    "open": "the greeting does it",
    "recap": "values are read back in the house's words",
}


@dataclass(frozen=True, slots=True)
class MustSayLines:
    """Line ids of what must be said, by where: after the greeting, before an agreement, at last.

    Each of the `terms` is a thing to say: one line for every product, or one for each of them.
    """

    opening: tuple[str, ...] = ()
    terms: tuple[tuple[str, ...], ...] = ()
    end: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """In the order of a call."""
        return (*self.opening, *(name for lines in self.terms for name in lines), *self.end)


def must_say_lines(book: Workbook, talk: Talk, facts: Facts) -> MustSayLines:
    """Puts the lines into the workbook, locked; what can't be said is a gap of it."""
    stages = {stage.id: stage for stage in talk.stages}
    opening: list[str] = []
    terms: list[tuple[str, ...]] = []
    end: list[str] = []
    taken: set[str] = set()
    for item in talk.must_say:
        role = role_of(stages[item.stage], talk) if item.stage in stages else None
        lines = tuple(_lines(book, talk, item, facts, role))
        new = tuple(name for name in lines if name not in taken)
        taken |= set(new)
        if not lines and role in _OF_THE_HOUSE:
            book.leave_out(f"must_say:{item.id}", item.description, _OF_THE_HOUSE[role])
        elif not lines:
            why = f"“{item.description}” has to be said, and no line for it can be: edit one"
            book.gap(f"must_say.{item.id}", why)
        elif new and role == "open":
            opening += new
        elif new and role == "end":
            end += new
        elif new:
            terms.append(new)
            book.says_same(lines)
        for name in new:
            book.lines[name]["locked"] = True
            book.origins[f"compliance.must_say.{name}"] = Origin(
                item=f"must_say:{item.id}", evidence=item.evidence, share=item.share
            )
    return MustSayLines(tuple(opening), tuple(terms), tuple(end))


def _lines(book: Workbook, talk: Talk, item: MustSay, facts: Facts, role: Role | None) -> list[str]:
    """A line for every caller, or one for each product; a fact's own statement where none is."""
    ids = [item.line, *_like_it(talk, item.line)]
    if role in ("open", "end") or not book.products.all:
        return book.sayable(ids, most=1)
    said = book.sayable(ids, speaks="of one")
    known = {fact.id: fact for fact in facts.facts if fact.id in book.products.facts}
    own = _stated(book, [known[name] for name in item.facts if name in known])
    # Words that hold for every product and no value say less than the values of each.
    if said and not book.about(said[0]) and ("{" in book.text_of(said[0]) or not own):
        return said[:1]
    found: list[str] = []
    for product in book.products.all:
        for_it = [name for name in said if book.about(name) == product.id]
        alike = _stated(book, _alike(book, said, product.id, known)) if not for_it else []
        for_all = [name for name in said if not book.about(name)]
        stated = [name for name in own if book.about(name) == product.id]
        if best := next(iter([*for_it, *alike, *stated, *for_all]), None):
            found.append(best)
        elif said or own:
            book.gap(
                f"must_say.{item.id}.{product.id}",
                f"“{item.description}” is not said to who wants {product.spoken}: no line tells it",
            )
    return list(dict.fromkeys(found))


def _stated(book: Workbook, facts: list[MinedFact]) -> list[str]:
    lines = (book.stated(fact) for fact in sorted(facts, key=lambda fact: -fact.calls))
    return [name for name in lines if name is not None]


def _alike(
    book: Workbook, said: list[str], product: str, known: Mapping[str, MinedFact]
) -> list[MinedFact]:
    """What the lines tell first of another product, as facts of this one."""
    first = (name for line in said if (name := book.first_fact(line)))
    other = (book.products.counterpart(name, product) for name in first)
    return [known[name] for name in other if name is not None]


def _like_it(talk: Talk, line_id: str) -> list[str]:
    """Other wordings of the same: miners number them behind the last dot."""
    family, dot, _ = line_id.rpartition(".")
    return [line.id for line in talk.lines if dot and line.id.rpartition(".")[0] == family]
