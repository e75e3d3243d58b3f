"""Lines worth saying again, ranked, from sentences that people said for one purpose."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.wording import PLACEHOLDER
from agent.cloning.mine.clusters import clusters, typical
from agent.cloning.mine.material import Material
from agent.cloning.mine.words import content_words
from agent.cloning.mined import Facts, MinedLine, Step

# Sentences this alike are one line, in its most typical wording.
_ALIKE = 0.7
_WORDS = range(2, 41)
# A word that this customer used and hardly any other call has belongs to this customer.
_RARE_CALLS = 2
# A line's win rate is drawn towards that of all calls as by so many more uses of it.
_PRIOR = 4.0


class LineBank:
    """Collects the lines of all stages, slots and intents; the same words are one line."""

    def __init__(self, material: Material, said: Sequence[Said], facts: Facts) -> None:
        self._material = material
        self._usable = material.grades.used_for("lines", "contrast")
        self._wrong = {(c.evidence.call, c.evidence.turn) for c in facts.contradictions}
        self._lines: dict[str, MinedLine] = {}
        decided = [call.won for call in material.calls.values() if call.won is not None]
        self._rate = sum(decided) / max(len(decided), 1)
        self._theirs: dict[str, set[str]] = {}
        calls_with: dict[str, set[str]] = {}
        for sentence in said:
            call = sentence.place.call.id
            words = content_words(sentence.text)
            for word in words:
                calls_with.setdefault(word, set()).add(call)
            if sentence.place.turn.speaker == "customer":
                self._theirs.setdefault(call, set()).update(words)
        self._rare = {word for word, calls in calls_with.items() if len(calls) <= _RARE_CALLS}

    @property
    def lines(self) -> tuple[MinedLine, ...]:
        """All that was put in, in that order."""
        return tuple(self._lines.values())

    def put(
        self, prefix: str, step: Step, said: Sequence[Said], *, stage: str = "", most: int = 5
    ) -> tuple[str, ...]:
        """The ids of the best lines for a purpose, best first; new ones are PREFIX.1, PREFIX.2, ..."""
        fit = [sentence for sentence in said if self._fit(sentence)]
        vectors = np.array([sentence.vector for sentence in fit])
        groups = clusters(vectors, at_least=_ALIKE, smallest=1) or [
            [row] for row in range(len(fit))
        ]
        lines = [
            self._line(prefix, step, stage, [fit[row] for row in typical(vectors, group)])
            for group in groups
        ]
        lines.sort(key=lambda line: (-self._worth(line), line.text))
        ids = []
        for number, line in enumerate(lines[:most], 1):
            known = self._lines.setdefault(
                line.text, line.model_copy(update={"id": f"{prefix}.{number}"})
            )
            ids.append(known.id)
        return tuple(ids)

    def _fit(self, sentence: Said) -> bool:
        call = sentence.place.call.id
        kinds = {match[1] for match in PLACEHOLDER.finditer(sentence.text)}
        theirs = self._theirs.get(call, set()) & self._rare
        return (
            call in self._usable
            and (call, sentence.place.index) not in self._wrong
            and not kinds - {"AGENT"}
            and len(sentence.text.split()) in _WORDS
            and not sentence.text.rstrip().endswith(("—", "-"))
            and not theirs.intersection(content_words(sentence.text))
        )

    def _line(self, prefix: str, step: Step, stage: str, said: Sequence[Said]) -> MinedLine:
        calls = {sentence.place.call.id: sentence.place.call for sentence in said}
        won = sum(call.won is True for call in calls.values())
        agents = Counter(call.agent for call in calls.values() if call.agent)
        return MinedLine(
            id=prefix,
            step=step,
            text=PLACEHOLDER.sub("{agent_name}", said[0].text),
            stage=stage,
            uses=len(said),
            won=won,
            win_rate=round(won / len(calls), 3),
            agents=tuple(sorted(agents)),
            evidence=tuple(sentence.place.evidence(sentence.text) for sentence in said),
        )

    def _worth(self, line: MinedLine) -> float:
        calls = len({evidence.call for evidence in line.evidence})
        trust = max((self._material.trust(agent) for agent in line.agents), default=0.5)
        return trust * (line.won + _PRIOR * self._rate) / (calls + _PRIOR)
