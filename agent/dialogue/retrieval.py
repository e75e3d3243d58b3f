"""The best of several lines: not said yet, sayable now, near to what the caller said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from agent.dialogue.guard import Guard
from agent.dialogue.playbook import VARIABLE, Playbook, render
from agent.speech.protocols import SentenceEncoder

# What the line says about this call counts, but less than what the caller said.
_PER_VARIABLE = 0.02
# The playbook's order is the authors' ranking; a tie goes to the earlier line.
_PER_RANK = 0.05


@dataclass(frozen=True, slots=True)
class Chosen:
    """A line ready to be said; `key` tells its variants apart."""

    line_id: str
    key: str
    text: str


def applies(when: Mapping[str, str], slots: Mapping[str, str]) -> bool:
    """Whether a line's condition holds ("" stands for: not known yet)."""
    return all(slots.get(slot_id, "") == value for slot_id, value in when.items())


class LineBank:
    """Finds lines of one playbook; vectors of objection answers are made once.

    `guard` checks what is about to be said; reading the playbook for it takes milliseconds.
    """

    def __init__(
        self,
        playbook: Playbook,
        encoder: SentenceEncoder,
        lines_encoder: SentenceEncoder | None = None,
    ) -> None:
        """`lines_encoder` encodes the playbook's lines instead of `encoder`."""
        self._playbook = playbook
        self._encoder = encoder
        self.guard = Guard(playbook)
        answers = {line for objection in playbook.objections for line in objection.answer}
        texts = {line: playbook.lines[line].texts[0] for line in sorted(answers)}
        encoded = (lines_encoder or encoder).encode(
            [VARIABLE.sub("", text) for text in texts.values()]
        )
        self._vectors = dict(zip(texts, encoded, strict=True))

    def variant(
        self,
        line_id: str,
        slots: Mapping[str, str],
        known: Mapping[str, str],
        used: Collection[str],
        random: Random,
        just_said: Collection[str] = (),
    ) -> Chosen | None:
        """One text of a line, an unused one if there is any; None when it can't be said now.

        `just_said` are keys of the turn before: where all are used, another one is better.
        """
        line = self._playbook.lines[line_id]
        if not applies(line.when, slots):
            return None
        sayable = [
            Chosen(line_id, f"{line_id}#{number}", rendered)
            for number, text in enumerate(line.texts)
            if (rendered := render(text, known)) is not None
        ]
        fresh = [chosen for chosen in sayable if chosen.key not in used]
        # The first text is the author's choice; after that any will do.
        if fresh or not sayable:
            return fresh[0] if fresh else None
        others = [chosen for chosen in sayable if chosen.key not in just_said]
        return random.choice(others or sayable)

    def best(
        self,
        candidates: Sequence[str],
        heard: str,
        slots: Mapping[str, str],
        known: Mapping[str, str],
        used: Collection[str],
        random: Random,
    ) -> Chosen | None:
        """The unused candidate that fits the caller's words best; None when all are used up."""
        vector = self._encoder.encode([heard])[0] if heard else None
        ranked: list[tuple[float, Chosen]] = []
        for rank, line_id in enumerate(candidates):
            chosen = self.variant(line_id, slots, known, used, random)
            if chosen is None or chosen.key in used:
                continue
            fit = 0.0
            if vector is not None and line_id in self._vectors:
                fit = float(self._vectors[line_id] @ vector)
            text = self._playbook.lines[line_id].texts[0]
            fit += _PER_VARIABLE * len(VARIABLE.findall(text)) - _PER_RANK * rank
            ranked.append((fit, chosen))
        return max(ranked, key=lambda item: item[0])[1] if ranked else None
