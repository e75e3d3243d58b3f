"""The best wordings of each way of doing one thing, by what came of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.talks import Talk, goes_along
from agent.cloning.mine.lines.fit import Fit, Speakable
from agent.cloning.mine.material import Material
from agent.cloning.mined import Lift, MinedLine, Step
from agent.speech.protocols import Vectors

# Cosine distance up to which two wordings are one approach.
_SAME_APPROACH = 0.4
# Fewer uses on either side give no interval worth printing.
_LEAST_TO_COMPARE = 3
_DRAWS = 4000
# Who has used a thing once gets half the trust of everybody's mean.
_PRIOR_USES = 1.0
_CONTRAST = 0.6
# Steps that say something are not done in fewer words.
_SAYS_SOMETHING = frozenset({"answer", "answer_question", "pitch", "terms", "recap"})
_LEAST_WORDS = 5
_EVIDENCE = 8


@dataclass(frozen=True, slots=True)
class Use:
    """Sentences of one turn that did one thing, and what came of it; `worth` is 0 to 1."""

    run: tuple[Said, ...]
    well: bool
    worth: float


@dataclass(frozen=True, slots=True)
class _Spoken:
    use: Use
    line: Speakable

    @property
    def call(self) -> str:
        return self.use.run[0].place.call.id

    @property
    def worth(self) -> float:
        """A remnant is worth less than what came of the whole."""
        whole = sum(len(one.text) for one in self.use.run)
        kept = sum(len(one.text) for one in self.line.said)
        return self.use.worth * float(np.sqrt(kept / whole))

    @property
    def vector(self) -> Vectors:
        mean: Vectors = np.mean([one.vector for one in self.line.said], axis=0)
        return mean / (np.linalg.norm(mean) or 1.0)


def use_of(
    run: Sequence[Said], talk: Talk, material: Material, *, handled: float | None = None
) -> Use:
    """A run and what followed it. `handled`: how completely the situation was met, 0 to 1."""
    place = run[0].place
    after = next(i for i, turn in enumerate(talk) if turn[0].place.index == place.index)
    along = goes_along(talk, after)
    won = bool(place.call.won)
    well = won if along is None else along
    outcome = 0.6 * well + 0.4 * won
    parts = [outcome, material.trust(place.call.agent)] + ([] if handled is None else [handled])
    weight = 1.0 if place.call.id in material.grades.used_for("lines") else _CONTRAST
    return Use(tuple(run), well, weight * float(np.mean(parts)))


def rank_lines(
    uses: Iterable[Use],
    fit: Fit,
    *,
    step: Step,
    prefix: str,
    stage: str = "",
    objection: str = "",
    most: int = 5,
) -> tuple[MinedLine, ...]:
    """One line for each approach among the uses, best first; ids are `prefix.1`, `prefix.2`, ..."""
    least = _LEAST_WORDS if step in _SAYS_SOMETHING else 1
    spoken = [
        _Spoken(use, line)
        for use in uses
        if (line := fit.speakable(use.run)) and len(line.text.split()) >= least
    ]
    mean = float(np.mean([one.worth for one in spoken])) if spoken else 0.0
    ranked = sorted(
        _approaches(spoken), key=lambda group: (-_value(group, mean), group[0].line.text)
    )
    return tuple(
        _line(group, spoken, f"{prefix}.{number}", step, stage, objection)
        for number, group in enumerate(ranked[:most], 1)
    )


def _approaches(spoken: Sequence[_Spoken]) -> Iterator[list[_Spoken]]:
    """Paraphrases together, the best wording first."""
    if len(spoken) < 2:
        yield from ([one] for one in spoken)
        return
    vectors = np.stack([one.vector for one in spoken])
    labels = AgglomerativeClustering(
        n_clusters=None, distance_threshold=_SAME_APPROACH, metric="cosine", linkage="average"
    ).fit_predict(vectors)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        centre = vectors[members].mean(axis=0)
        nearness = vectors @ centre
        order = sorted(map(int, members), key=lambda i: (-spoken[i].worth, -nearness[i]))
        yield [spoken[i] for i in order]


def _value(group: Sequence[_Spoken], mean: float) -> float:
    worths = [one.worth for one in group]
    return (sum(worths) + _PRIOR_USES * mean) / (len(worths) + _PRIOR_USES)


def _line(
    group: Sequence[_Spoken],
    everybody: Sequence[_Spoken],
    line_id: str,
    step: Step,
    stage: str,
    objection: str,
) -> MinedLine:
    calls = {one.call: bool(one.use.run[0].place.call.won) for one in group}
    others = {one.call: bool(one.use.run[0].place.call.won) for one in everybody}
    uses, won = len(calls), sum(calls.values())
    prior = (sum(others.values()) + 1) / (len(others) + 2)
    return MinedLine(
        id=line_id,
        step=step,
        text=group[0].line.text,
        stage=stage,
        objection=objection,
        uses=uses,
        won=won,
        win_rate=round((won + 2 * prior) / (uses + 2), 3),
        lift=_lift(group, everybody),
        agents=tuple(sorted({one.use.run[0].place.call.agent for one in group} - {""})),
        evidence=tuple(one.use.run[0].place.evidence(one.line.quote) for one in group[:_EVIDENCE]),
    )


def _lift(group: Sequence[_Spoken], everybody: Sequence[_Spoken]) -> Lift | None:
    """Difference of the two shares that went well, each with Jeffreys' prior."""
    calls = {one.call for one in group}
    inside = [one.use.well for one in group]
    outside = [one.use.well for one in everybody if one.call not in calls]
    if min(len(inside), len(outside)) < _LEAST_TO_COMPARE:
        return None
    draw = np.random.default_rng(0)
    shares = [
        draw.beta(sum(went) + 0.5, len(went) - sum(went) + 0.5, _DRAWS)
        for went in (inside, outside)
    ]
    low, high = np.quantile(shares[0] - shares[1], [0.05, 0.95])
    mean = np.mean(inside) - np.mean(outside)
    return Lift(mean=round(float(mean), 3), low=round(float(low), 3), high=round(float(high), 3))
