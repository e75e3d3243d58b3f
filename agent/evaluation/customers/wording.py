"""The words of a simulated customer's turn."""

from importlib import resources
from random import Random

import yaml
from pydantic import Field

from agent.dialogue.playbook import Playbook, Slot, SlotType
from agent.evaluation.customers.mind import Does, Turn
from agent.evaluation.customers.persona import Persona, Reason
from agent.section import Section


class Phrases(Section):
    """wording.yaml: phrases for each thing a customer does."""

    affirm: tuple[str, ...]
    curt_affirm: tuple[str, ...]
    deny: tuple[str, ...]
    buy: tuple[str, ...]
    refuse: tuple[str, ...]
    later: tuple[str, ...]
    leave: tuple[str, ...]
    remove_me: tuple[str, ...]
    human: tuple[str, ...]
    robot: tuple[str, ...]
    card: tuple[str, ...]
    inject: tuple[str, ...]
    back_channel: tuple[str, ...]
    what: tuple[str, ...]
    wrong_person: tuple[str, ...]
    machine: tuple[str, ...]
    ramble: tuple[str, ...]
    ask: tuple[str, ...]
    reasons: dict[Reason, tuple[str, ...]]
    slots: dict[SlotType, tuple[str, ...]] = Field(description="answers by the slot's type")


def shipped_phrases() -> Phrases:
    """The phrases that come with the product."""
    text = resources.files(__package__).joinpath("wording.yaml").read_text("utf-8")
    return Phrases.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))


class Mouth:
    """One customer's words. It says nothing twice in a row while it has another way to say it."""

    def __init__(
        self,
        phrases: Phrases,
        persona: Persona,
        playbook: Playbook,
        random: Random,
        *,
        aloud: bool,
    ) -> None:
        """`aloud`: the words are to be spoken, and not what a recogniser may make of them."""
        self._phrases = phrases
        self._persona = persona
        self._playbook = playbook
        self._random = random
        self._aloud = aloud
        self._said: set[str] = set()

    def words(self, turn: Turn) -> str:
        """What is said; "" for a customer who says nothing."""
        if turn.does is Does.NOTHING:
            return ""
        if turn.does is Does.OBJECT and turn.reason is not None:
            return self._one_of(self._phrases.reasons[turn.reason])
        if turn.does is Does.TELL:
            return self._told(self._playbook.slots.get(turn.slot))
        if turn.does is Does.AFFIRM and self._persona.curt:
            return self._one_of(self._phrases.curt_affirm)
        return self._one_of(getattr(self._phrases, turn.does.value))

    def back_channel(self) -> str:
        """What is said to show that one listens."""
        return self._random.choice(self._phrases.back_channel)

    def _told(self, slot: Slot | None) -> str:
        if slot is None:
            return self._one_of(self._phrases.affirm)
        if slot.choices:
            choice = slot.choices[self._random.choice(sorted(slot.choices))]
            ways = () if self._aloud else choice.heard
            return self._one_of(ways or (choice.spoken,))
        return self._one_of(self._phrases.slots.get(slot.type, self._phrases.slots[SlotType.TEXT]))

    def _one_of(self, ways: tuple[str, ...]) -> str:
        fresh = [way for way in ways if way not in self._said] or list(ways)
        said = self._random.choice(fresh)
        self._said.add(said)
        return said
