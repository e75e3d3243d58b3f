"""The parts of a call as stages of the playbook: each says, asks, and leads to the next."""

from collections.abc import Iterable, Mapping
from itertools import pairwise, zip_longest
from typing import Any

from agent.cloning.compose.brief import Brief
from agent.cloning.compose.composition import Origin
from agent.cloning.compose.must_say import MustSayLines
from agent.cloning.compose.parts import Part, Role
from agent.cloning.compose.products import SLOT
from agent.cloning.compose.said import is_question
from agent.cloning.compose.slots import read_back
from agent.cloning.compose.workbook import Workbook
from agent.cloning.mined import MinedFact

Stage = dict[str, Any]

_MOST_QUESTIONS = 2
_MOST_STATEMENTS = 2
# A statement without a fact in it that is shorter says little by itself.
_TELLING_WORDS = 5
# What one turn of statements may take; a caller has to get a word in.
_TURN_S = 12.0
# What a value is longer than the name that stands for it.
_MORE_WORDS = 3


def middle_of(
    book: Workbook,
    brief: Brief,
    parts: Mapping[Role, Part],
    slots: Mapping[str, dict[str, Any]],
    must_say: MustSayLines,
    facts: Iterable[MinedFact],
    signals: Iterable[str],
) -> list[Stage]:
    """The stages from the opening to `done`; none when nothing was learned to come before it.

    `signals` are intents by which a caller agrees.
    """
    middle = _Middle(book, brief, slots, must_say, facts)
    found: list[Stage] = []
    for role, part in parts.items():
        made = middle.made(role, part, parts)
        for stage in made:
            _note(book, stage["id"], part)
        found += made
    if len(found) == 1:
        return []
    for stage, following in pairwise(found):
        _lead(stage, following["id"], tuple(signals))
    asks_whether_right = any(stage["id"] == "recap" for stage in found)
    return [*found, _CORRECTION] if asks_whether_right else found


_CORRECTION: Stage = {
    "id": "correction", "goal": "which part is wrong", "objections": False,
    "entry": ["fix.ask"], "again": ["fix.ask"], "max_turns": 4,
    "exits": [{"on": "affirm", "to": "recap"}, {"on": "deny", "to": "recap"}],
    "fallback": {"to": "offer_human"},
}  # fmt: skip


class _Middle:
    def __init__(
        self,
        book: Workbook,
        brief: Brief,
        slots: Mapping[str, dict[str, Any]],
        must_say: MustSayLines,
        facts: Iterable[MinedFact],
    ) -> None:
        self._book = book
        self._brief = brief
        self._slots = slots
        self._must_say = must_say
        self._facts = tuple(facts)

    def made(self, role: Role, part: Part, parts: Mapping[Role, Part]) -> list[Stage]:
        """The stages of a part; none for one that holds nothing."""
        if role == "discover":
            return self._asking("discover", part, "learn what the customer needs")
        if role == "capture":
            return self._asking("capture", part, "what is needed to go on")
        if role == "pitch":
            return self._pitch(part)
        if role == "terms":
            return self._terms(part)
        if role == "close":
            return self._close(part, offered=bool(self._statements(parts["pitch"])))
        if role == "recap":
            return self._recap(part, parts["capture"])
        return self._done(part) if role == "end" else []

    # -- one kind of part each

    def _asking(self, stage_id: str, part: Part, goal: str) -> list[Stage]:
        if not part.slots:
            return []
        return [
            {
                "id": stage_id, "goal": part.goal or goal, "slots": list(part.slots),
                "objections": stage_id == "discover",
                "max_turns": 4 + 4 * len(part.slots), "exits": [{"on": "done"}],
            }
        ]  # fmt: skip

    def _pitch(self, part: Part) -> list[Stage]:
        said = self._statements(part)
        if not said:
            return []
        questions = self._questions(part)
        first = [name for lines in self._within_a_turn(said)[0] for name in lines]
        return [self._yes_no("pitch", part.goal or "what fits the need", first, questions)]

    def _terms(self, part: Part) -> list[Stage]:
        turns = self._within_a_turn(self._must_say.terms)
        turns = turns or self._within_a_turn(self._statements(part))[:1]
        if not turns:
            return []
        goal = part.goal or "what has to be said before anything is agreed"
        questions = self._own_questions("terms")
        return [
            self._yes_no(
                "terms" if number == 1 else f"terms_{number}", goal,
                [name for lines in turn for name in lines], questions,
            )
            for number, turn in enumerate(turns, 1)
        ]  # fmt: skip

    def _close(self, part: Part, *, offered: bool) -> list[Stage]:
        questions = self._book.sayable(part.lines, is_question, step="close", most=_MOST_QUESTIONS)
        if not questions:
            if not offered:
                return []
            self._book.gap(
                "stages.close", "Asking for the decision: nobody's question can be said as it was"
            )
            questions = self._own_questions("close")
        stage = self._yes_no(
            "close", part.goal or "a plain question for the decision", [], questions
        )
        return [{**stage, "closing": True}]

    def _recap(self, part: Part, capture: Part) -> list[Stage]:
        told = {slot_id: self._slots[slot_id] for slot_id in capture.slots}
        lines = read_back(self._book, told)
        if not lines:
            return []
        return [
            {
                "id": "recap", "goal": part.goal or "read it back and invite corrections",
                "entry": ["recap.intro", *self._recap_of_product(), *lines, "recap.ask"],
                "again": ["recap.again"],
                "expects": "yes_no", "objections": False,
                "exits": [{"on": "affirm"}, {"on": "deny", "to": "correction"}],
            }
        ]  # fmt: skip

    def _recap_of_product(self) -> list[str]:
        if not self._book.products.all:
            return []
        return [self._book.own_line(f"recap.{SLOT}", self._book.house.instead[SLOT]["recap"])]

    def _done(self, part: Part) -> list[Stage]:
        byes = self._book.sayable(part.lines, _states, step="end", most=1)
        if not byes:
            self._book.gap("stages.done", "The goodbye: nobody's can be said as it was")
        return [
            {
                "id": "done", "goal": part.goal or "thanks and goodbye", "objections": False,
                "entry": [*self._must_say.end, *(byes or ["bye.done"])],
                "then": {"hang_up": True, "disposition": self._brief.done},
            }
        ]  # fmt: skip

    # -- what they say

    def _yes_no(self, stage_id: str, goal: str, said: list[str], questions: list[str]) -> Stage:
        ends_asking = bool(said) and is_question(self._book.text_of(said[-1]))
        return {
            "id": stage_id, "goal": goal,
            "entry": said if ends_asking else [*said, questions[0]],
            "again": questions[1:] or questions, "expects": "yes_no",
            "exits": [{"on": "affirm"}, {"on": "deny", "to": "hesitation"}],
        }  # fmt: skip

    def _statements(self, part: Part) -> list[tuple[str, ...]]:
        """The best of its lines that state something, those that state a fact first.

        Where there are products, each has its own or shares those that are for every caller.
        """
        said = self._book.sayable(part.lines, _says_something, speaks="of one")
        said.sort(key=lambda name: "{" not in self._book.text_of(name))
        if not self._book.products.all:
            return [(name,) for name in said[:_MOST_STATEMENTS]]
        ranks = [
            self._for_one(said, product, part)[:_MOST_STATEMENTS]
            for product in self._book.products.ids
        ]
        return [tuple(dict.fromkeys(filter(None, rank))) for rank in zip_longest(*ranks)]

    def _for_one(self, said: list[str], product: str, part: Part) -> list[str]:
        """The statements for who would have a product, its own first."""
        own = [name for name in said if self._book.about(name) == product]
        if not own and any(map(self._book.about, said)):
            own = self._stated(product)
            if not own:
                why = f"{product}: nobody's words for it can be said in “{part.goal}”"
                self._book.gap(f"stages.{part.role}.{product}", why)
        return [*own, *(name for name in said if not self._book.about(name))]

    def _stated(self, product: str) -> list[str]:
        """What people answer with its best known fact, or else such a fact as it was stated."""
        book = self._book
        known = next((name for name, of in book.products.facts.items() if of == product), "")
        for name in book.sayable(book.step("answer_question"), speaks="of one"):
            if book.first_fact(name) == known and not book.lines[name].get("locked"):
                return [name]
        own = (fact for fact in self._facts if self._book.products.facts.get(fact.id) == product)
        by_calls = sorted(own, key=lambda fact: (-fact.calls, fact.id))
        lines = (self._book.stated(fact) for fact in by_calls)
        return [name for name in lines if name and self._book.about(name)][:1]

    def _questions(self, part: Part) -> list[str]:
        asked = self._book.sayable(part.lines, is_question, step="re_ask", most=_MOST_QUESTIONS)
        return asked if len(asked) > 1 else [*asked, *self._own_questions(part.role)]

    def _own_questions(self, role: Role) -> list[str]:
        texts = self._book.house.instead[role]
        return [self._book.own_line(f"{role}.ok", texts)]

    def _within_a_turn(self, things: Iterable[tuple[str, ...]]) -> list[list[tuple[str, ...]]]:
        """The things to say in order, in groups that a turn has time for.

        A thing is one line, or one for each product. No turn is left without words for anybody.
        """
        groups: list[list[tuple[str, ...]]] = []
        for thing in things:
            full = bool(groups) and self._seconds([*groups[-1], thing]) > _TURN_S
            apart = full and self._says_to_all(groups[-1]) and self._says_to_all([thing])
            if not groups or apart:
                groups.append([])
            groups[-1].append(thing)
        return groups

    def _says_to_all(self, things: Iterable[tuple[str, ...]]) -> bool:
        said = [name for thing in things for name in thing]
        return all(self._book.for_product(said, product) for product in self._worlds)

    def _seconds(self, things: Iterable[tuple[str, ...]]) -> float:
        """How long it takes for whoever hears most."""
        said = [name for thing in things for name in thing]
        return max(
            60.0 * sum(map(self._words, self._book.for_product(said, product)))
            / self._brief.words_per_minute
            for product in self._worlds
        )  # fmt: skip

    def _words(self, line_id: str) -> int:
        text = self._book.text_of(line_id)
        return len(text.split()) + _MORE_WORDS * text.count("{")

    @property
    def _worlds(self) -> tuple[str, ...]:
        return self._book.products.ids or ("",)


def _states(text: str) -> bool:
    return not is_question(text)


def _says_something(text: str) -> bool:
    return _states(text) and ("{" in text or len(text.split()) >= _TELLING_WORDS)


def _note(book: Workbook, stage_id: str, part: Part) -> None:
    if part.stages:
        book.origins[f"stages.{stage_id}"] = Origin(
            item=f"stage:{part.stages[0].id}",
            evidence=tuple(item for stage in part.stages for item in stage.evidence),
            uses=sum(stage.calls for stage in part.stages),
        )


def _lead(stage: Stage, following: str, signals: tuple[str, ...]) -> None:
    """Give the ways out that have no aim yet the next stage, and who agrees a way there."""
    for way in stage.get("exits", []):
        way.setdefault("to", following)
    if stage["id"] not in ("capture", "recap") and "exits" in stage:
        stage["exits"][1:1] = [{"on": signal, "to": following} for signal in signals]
