"""Fits the classifier's confidence to how often it is right, on the tune half only."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from agent.dialogue.classifier import Calibration
from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import Understander
from agent.speech.protocols import SentenceEncoder
from tests.bench.understanding.run import Heard

# A weak pull towards 0 keeps the fit finite where the halves are separable.
_PRIOR = 1e-2
_STEPS = 50
# Of turns without a label, where turns as said weigh 1. Few: the corpus labels examples and not
# everything, so that a good part of these do mean something.
_OTHERS = 0.15


@dataclass(frozen=True, slots=True)
class _Recording(Calibration):
    """Notes the score and margin that it is asked about, and is sure of everything."""

    asked: list[tuple[float, float]] = field(default_factory=list)

    def confidence(self, score: float, margin: float) -> float:
        self.asked.append((score, margin))
        return 1.0


def fit(
    said: Sequence[Heard],
    heard: Sequence[Heard],
    others: Sequence[Heard],
    playbook: Playbook,
    encoder: SentenceEncoder,
) -> Calibration:
    """A calibration to turns as they were said, as they were heard (together twice that weight),
    and to `others`, for which no label is right.
    """
    rows, right, weights = [], [], []
    recording = _Recording()
    understander = Understander(playbook, encoder, calibration=recording)
    for items, total in ((said, 1.0), (heard, 2.0), (others, _OTHERS)):
        for item in items:
            recording.asked.clear()
            stage = playbook.stage(item.turn.stage)
            found = understander.understand(item.text, stage.id, stage.expects)
            if recording.asked and found.source == "embedding":
                rows.append((1.0, *recording.asked[-1]))
                right.append((found.objection or found.intent) in item.turn.right)
                weights.append(total / len(items))
    scale = len(rows) / sum(weights)
    bias, per_score, per_margin = _logistic(
        np.array(rows), np.array(right, float), np.array(weights) * scale
    )
    return Calibration(round(bias, 2), round(per_score, 2), round(per_margin, 2))


def _logistic(rows: np.ndarray, right: np.ndarray, weights: np.ndarray) -> list[float]:
    beta = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        likely = 1.0 / (1.0 + np.exp(-rows @ beta))
        slope = rows.T @ (weights * (right - likely)) - _PRIOR * beta
        bend = (rows * (weights * likely * (1 - likely))[:, None]).T @ rows
        beta = beta + np.linalg.solve(bend + _PRIOR * np.eye(len(beta)), slope)
    return [float(value) for value in beta]
