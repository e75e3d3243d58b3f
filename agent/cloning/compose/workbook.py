"""What is written down while a playbook is composed: lines, where they come from, what is left."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Literal

from agent.cloning.compose.composition import Gap, LeftOut, NotUsed, Origin
from agent.cloning.compose.house import House
from agent.cloning.compose.meaning import Meaning
from agent.cloning.compose.products import SLOT, Products
from agent.cloning.compose.said import Sayer, Unfit
from agent.cloning.mined import MinedFact, MinedLine, Step, Talk
from agent.dialogue.playbook import VARIABLE

# How many products of choice a line may speak of: a question is for every caller, an offer may be
# for those who chose its product, and only an answer may compare.
Speaks = Literal["of none", "of one", "of any"]


class Workbook:
    """Mined lines become lines of the playbook here, once each and with their origin."""

    def __init__(
        self,
        talk: Talk,
        sayer: Sayer,
        house: House,
        barred: Mapping[tuple[str, int], str],
        meaning: Meaning | None,
        products: Products,
        edited: Collection[str],
    ) -> None:
        """`barred` tells of a call's turn why it teaches nothing; `meaning` judges some steps.

        `edited` are items in a person's words.
        """
        self.house = house
        self.sayer = sayer
        self.products = products
        self._mined = {line.id: line for line in talk.lines}
        self.lines: dict[str, dict[str, Any]] = {}
        self.origins: dict[str, Origin] = {}
        self._barred = barred
        self._meaning = meaning
        self._edited = edited
        self._left_out: dict[str, LeftOut] = {}
        self._gaps: dict[str, Gap] = {}
        self._instead: list[tuple[str, ...]] = []
        self._taken: set[str] = set()
        self._placed: dict[str, str | None] = {}

    @property
    def not_used(self) -> NotUsed:
        """Everything that was left out, and where the house's words stand."""
        return NotUsed(left_out=tuple(self._left_out.values()), gaps=tuple(self._gaps.values()))

    def leave_out(self, item: str, text: str, why: str) -> None:
        """The item is not in the playbook."""
        self._left_out.setdefault(item, LeftOut(item=item, text=text, why=why))

    def gap(self, place: str, why: str) -> None:
        """Something of the house stands where recordings gave nothing."""
        self._gaps.setdefault(place, Gap(place=place, why=why))

    def own_line(self, line_id: str, text: str | list[str], product: str = "") -> str:
        """A line in the house's words, where a product is given only for who chose it; its id."""
        self.lines[line_id] = {"text": text}
        if product:
            self.lines[line_id]["when"] = {SLOT: product}
        return line_id

    def sayable(
        self,
        line_ids: Iterable[str],
        wanted: Callable[[str], bool] | None = None,
        *,
        step: str = "",
        speaks: Speaks = "of none",
        most: int = 99,
    ) -> list[str]:
        """The ids in the playbook of those mined lines that can be said, in their order.

        `wanted` judges a line's text in the playbook; `step` is what the line is to do there.
        """
        found: dict[str, None] = {}
        for line in (self._mined[name] for name in line_ids if name in self._mined):
            if len(found) == most:
                break
            text = self._text(line)
            if text is None or not self._may_speak(line, text, speaks):
                continue
            if (wanted is None or wanted(text)) and self._does(line, step):
                found[self._place(line, text)] = None
        return list(found)

    def step(self, step: Step) -> list[str]:
        """The mined lines of a step, those that were said in most won calls first."""
        lines = [line for line in self._mined.values() if line.step == step]
        return [line.id for line in sorted(lines, key=lambda line: (-line.won, line.id))]

    def may_be_reworded(self, line_ids: Iterable[str]) -> None:
        """A language model, where one is used, may fit these to what the caller has just said."""
        for line_id in line_ids:
            self.lines[line_id]["reword"] = True

    def take(self, line_id: str) -> bool:
        """Whether nobody has taken the line yet, who then has."""
        free = line_id not in self._taken
        self._taken.add(line_id)
        return free

    def nearest(self, texts: list[str], to: str) -> list[str]:
        """Those of the texts that are about a thing, the nearest first; all, where none judges."""
        return texts if self._meaning is None else self._meaning.nearest(texts, to)

    def _does(self, line: MinedLine, step: str) -> bool:
        edited = f"line:{line.id}" in self._edited
        if self._meaning is None or edited or self._meaning.does(line.text, step):
            return True
        self.leave_out(f"line:{line.id}", line.text, f"it hardly does its step: {step}")
        return False

    def stated(self, fact: MinedFact) -> str | None:
        """A line that states a fact as somebody did; None where nobody's words can be said."""
        quotes = [item for item in fact.evidence if item.quote == fact.statement]
        line_id = f"fact.{fact.id}"
        if line_id in self.lines:
            return line_id
        for quote in quotes or fact.evidence[:1]:
            try:
                text = self.sayer.line(quote.quote, [quote])
            except Unfit:
                continue
            if len(self.products.of(text)) < 2:
                self._write(line_id, text)
                self.origins[f"lines.{line_id}"] = Origin(
                    item=f"fact:{fact.id}", evidence=fact.evidence
                )
                return line_id
        return None

    def says_same(self, line_ids: tuple[str, ...]) -> None:
        """Remember that these lines tell the same thing, each of another product."""
        self._instead.append(line_ids)

    def same_for(self, line_ids: Iterable[str], product: str) -> list[str]:
        """What tells of a product what one of these lines tells of another."""
        told = {self.first_fact(line_id) for line_id in line_ids} - {None}
        return [
            name
            for lines in self._instead
            if any(self.first_fact(line_id) in told for line_id in lines)
            for name in lines
            if self.about(name) == product
        ]

    def first_fact(self, line_id: str) -> str | None:
        """The first fact of a line that is one product's."""
        named = VARIABLE.findall(self.text_of(line_id))
        return next((name for name in named if name in self.products.facts), None)

    def about(self, line_id: str) -> str:
        """The product that a line is said for; "" for every one."""
        return str(self.lines[line_id].get("when", {}).get(SLOT, ""))

    def for_product(self, line_ids: Iterable[str], product: str) -> list[str]:
        """Those that are said to who has chosen a product."""
        return [name for name in line_ids if self.about(name) in ("", product)]

    def placed(self, mined_id: str) -> str | None:
        """The id in the playbook of a mined line; None for one that is not in it."""
        return self._placed.get(mined_id)

    def text_of(self, line_id: str) -> str:
        """The first text of a line that was put into the playbook."""
        text = self.lines[line_id]["text"]
        return str(text if isinstance(text, str) else text[0])

    def _text(self, line: MinedLine) -> str | None:
        if line.id in self._placed:
            placed = self._placed[line.id]
            return None if placed is None else self.text_of(placed)
        why = next(
            (
                self._barred[e.call, e.turn]
                for e in line.evidence
                if (e.call, e.turn) in self._barred
            ),
            None,
        )
        if why is None:
            try:
                edited = f"line:{line.id}" in self._edited
                return self.sayer.line(line.text, None if edited else line.evidence)
            except Unfit as error:
                why = str(error)
        self.leave_out(f"line:{line.id}", line.text, why)
        self._placed[line.id] = None
        return None

    def _place(self, line: MinedLine, text: str) -> str:
        placed = self._placed.get(line.id)
        if placed is not None:
            return placed
        same = next((name for name in self.lines if self.lines[name]["text"] == text), None)
        line_id = same or (f"{line.id}.heard" if line.id in self.house.book["lines"] else line.id)
        self._placed[line.id] = line_id
        if same is None:
            self._write(line_id, text)
            self.origins[f"lines.{line_id}"] = Origin(
                item=f"line:{line.id}", evidence=line.evidence, agents=line.agents,
                uses=line.uses, win_rate=line.win_rate, lift=line.lift,
            )  # fmt: skip
        return line_id

    def _write(self, line_id: str, text: str) -> None:
        about = self.products.of(text)
        when = {SLOT: next(iter(about))} if len(about) == 1 else None
        self.lines[line_id] = {"text": text} | ({"when": when} if when else {})

    def _may_speak(self, line: MinedLine, text: str, speaks: Speaks) -> bool:
        about = len(self.products.of(text))
        if about > 1 and speaks == "of one":
            self.leave_out(f"line:{line.id}", line.text, "it speaks of two products at once")
        return about <= {"of none": 0, "of one": 1, "of any": about}[speaks]
