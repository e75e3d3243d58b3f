"""The detectors on trial: each frame's confidence against what the clean track says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, stats

from agent.evaluation.sound.voices import RATE_HZ
from agent.speech.paired_vad import PairedVad
from agent.speech.silero_vad import SileroModel
from agent.speech.store import ModelStore
from agent.speech.webrtc_vad import WebRtcVad
from tests.bench.turns.corpus import Item
from tests.bench.turns.plan import Kind
from tests.bench.turns.policies import Features
from tests.bench.turns.replay import VadMaker

LABELLED_KINDS: tuple[Kind, ...] = ("interruption", "stop_word", "backchannel", "turn", "noise")
FALSE_ALARM = 0.05
# Gaps within words count as speech: no detector is asked to find them.
_GAP_FRAMES = 10


DETECTORS = ("webrtc", "silero")


def maker(name: str) -> VadMaker:
    """How to open a new detector. Raises MissingModel."""
    return {"paired": _paired, "webrtc": _webrtc, "silero": _silero}[name]


def _paired() -> PairedVad:
    return PairedVad(WebRtcVad(RATE_HZ), _silero_model().open(RATE_HZ))


def _webrtc() -> PairedVad:
    return PairedVad(WebRtcVad(RATE_HZ))


def _silero() -> PairedVad:
    return PairedVad(_silero_model().open(RATE_HZ))


@cache
def _silero_model() -> SileroModel:
    return SileroModel(ModelStore(Path("/nonexistent")).locate("vad", "silero-vad"))


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Frames of one item: confidence, and whether the caller really speaks."""

    detector: str
    condition: str
    confidence: NDArray[np.float32]
    speech: NDArray[np.bool_]


def scored(name: str, item: Item, found: Sequence[Features]) -> Scored:
    """The frames of an item beside their labels."""
    closed = ndimage.binary_closing(item.speech, np.ones(_GAP_FRAMES, bool))
    label = np.logical_or(item.speech, closed)
    order = [f.index for f in found]
    confidence = np.array([f.confidence for f in found], np.float32)
    return Scored(name, item.condition.name, confidence, label[order])


@dataclass(frozen=True, slots=True)
class DetectorScore:
    """One detector in one condition; `recall` is at 5 % of the other frames taken for speech.

    A detector whose steps are coarse may have no threshold at 5 %: its recall is the one between
    the two nearest, as if they were mixed by chance.
    """

    detector: str
    condition: str
    frames: int
    roc_auc: float
    recall: float


def scores(found: Sequence[Scored]) -> tuple[DetectorScore, ...]:
    """One row for each detector and condition that has both speech and none."""
    rows = []
    for detector, condition in sorted({(s.detector, s.condition) for s in found}):
        chosen = [s for s in found if (s.detector, s.condition) == (detector, condition)]
        confidence = np.concatenate([s.confidence for s in chosen])
        speech = np.concatenate([s.speech for s in chosen])
        if speech.any() and not speech.all():
            area, recall = roc(confidence, speech)
            rows.append(DetectorScore(detector, condition, len(speech), area, recall))
    return tuple(rows)


def roc(confidence: NDArray[np.float32], speech: NDArray[np.bool_]) -> tuple[float, float]:
    """The area under the curve (ties count half) and the recall at 5 % false alarms."""
    yes, no = int(speech.sum()), int((~speech).sum())
    ranks = stats.rankdata(confidence)
    area = (float(ranks[speech].sum()) - yes * (yes + 1) / 2) / (yes * no)
    order = np.argsort(-confidence, kind="stable")
    last_of_step = np.append(np.diff(confidence[order]) != 0, True)
    hits = np.cumsum(speech[order])[last_of_step] / yes
    alarms = np.cumsum(~speech[order])[last_of_step] / no
    recall = np.interp(FALSE_ALARM, np.append(0.0, alarms), np.append(0.0, hits))
    return area, float(recall)
