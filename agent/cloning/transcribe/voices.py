"""Two people in one channel: whose word is whose, by their voices.

Kaldi's cepstra of the words, one Gaussian mixture a voice; begun by clustering stretches of
speech, then the words are given to the likelier voice and the mixtures made anew until nothing
changes. A change of voice inside a stretch is made dear, since people seldom change without a
pause. No pretrained voice model comes with a Python package; for voices too alike for this, or too
little speech, `Voices.sure` is low.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import kaldi_native_fbank as knf
import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.mixture import GaussianMixture

from agent.cloning.recorded import SpokenWord
from agent.speech.protocols import Pcm

_Features = NDArray[np.float64]

# Of 28 mono mixes whose truth is known 7 of the 8 below had 4 to 41 % of their speech with the
# wrong voice, the 20 above at most 4 %. `python -m tests.bench.cloning.mono` does 18 of them; the
# others were the same calls as MP3.
SURE = 0.93
_FRAMES_A_SECOND = 100
_CEPSTRA = 20
_MEL_BINS = 30
# Mains hum and the telephone line's own low end tell lines apart, not voices.
_LOWEST_HZ = 100.0
_PAUSE_S = 0.25
_LONGEST_STRETCH_S = 2.0
# A stretch must be this long to begin a cluster; shorter ones vary too much by what is said.
_TELLING_FRAMES = 60
_COMPONENTS = 8
_FRAMES_A_COMPONENT = 50
_ROUNDS = 6
# Neighbouring frames say much the same, so a frame counts for less than one observation.
_FRAME_WEIGHT = 0.3
_CHANGE_COST = 30.0
_CHANGE_COST_AFTER_PAUSE = 8.0
_FEWEST_STRETCHES = 4


@dataclass(frozen=True, slots=True)
class Voices:
    """The voice of each word, 0 for the one that speaks first, else 1.

    `sure` is how much of the speech mixtures give to the same voice that were made without that
    speech, 0 to 1; 0 when there is too little speech for two voices.
    """

    of_words: tuple[int, ...]
    sure: float


def two_voices(sound: Pcm, rate_hz: int, words: Sequence[SpokenWord]) -> Voices:
    """Tell two speakers apart in one channel; deterministic."""
    stretches = list(_stretches(words))
    frames = _frames_of_words(sound, rate_hz, words)
    of_words = _first_guess(stretches, frames)
    if of_words is None:
        return Voices((0,) * len(words), 0.0)
    pauses = np.array([after.start - word.end for word, after in pairwise(words)])
    costs = np.where(pauses > _PAUSE_S, _CHANGE_COST_AFTER_PAUSE, _CHANGE_COST)
    for _ in range(_ROUNDS):
        fits = _fits(frames, frames, of_words)
        better = _likeliest(_FRAME_WEIGHT * fits, costs)
        if len(set(better)) < 2:
            return Voices((0,) * len(words), 0.0)
        if (better == of_words).all():
            break
        of_words = better
    sure = _agreement(stretches, frames, of_words)
    return Voices(tuple(int(voice != of_words[0]) for voice in of_words), sure)


def _stretches(words: Sequence[SpokenWord]) -> Iterator[list[int]]:
    """Runs of words, by number, in which the voice hardly changes."""
    current: list[int] = []
    for number, word in enumerate(words):
        if current and (
            word.start - words[current[-1]].end > _PAUSE_S
            or word.end - words[current[0]].start > _LONGEST_STRETCH_S
        ):
            yield current
            current = []
        current.append(number)
    if current:
        yield current


def _frames_of_words(sound: Pcm, rate_hz: int, words: Sequence[SpokenWord]) -> list[_Features]:
    """Cepstra of each word, normalised over all words of the call."""
    options = knf.MfccOptions()
    options.frame_opts.samp_freq = rate_hz
    options.frame_opts.dither = 0
    options.frame_opts.snip_edges = False
    options.mel_opts.num_bins = _MEL_BINS
    options.mel_opts.low_freq = _LOWEST_HZ
    options.num_ceps = _CEPSTRA
    options.use_energy = False
    computer = knf.OnlineMfcc(options)
    computer.accept_waveform(rate_hz, sound.astype(np.float32))
    computer.input_finished()
    # Without the first one, which is the level: it tells who is nearer to the telephone.
    cepstra = np.array(
        [computer.get_frame(i)[1:] for i in range(computer.num_frames_ready)], np.float64
    )
    found = []
    for word in words:
        first = min(int(word.start * _FRAMES_A_SECOND), len(cepstra) - 2)
        found.append(cepstra[first : max(first + 2, int(word.end * _FRAMES_A_SECOND))])
    everything = np.concatenate(found) if found else cepstra
    mean, deviation = everything.mean(0), everything.std(0) + 1e-6
    return [(frames - mean) / deviation for frames in found]


def _first_guess(
    stretches: Sequence[Sequence[int]], frames: Sequence[_Features]
) -> NDArray[np.int64] | None:
    """Words by the cluster of their stretch; None for too few stretches."""
    parts = [np.concatenate([frames[number] for number in stretch]) for stretch in stretches]
    telling = np.array([len(part) >= _TELLING_FRAMES for part in parts], bool)
    if telling.sum() < _FEWEST_STRETCHES:
        return None
    shapes = np.array([np.concatenate([part.mean(0), part.std(0) / 2]) for part in parts])
    clusters = AgglomerativeClustering(2).fit_predict(shapes[telling])
    centres = np.stack([shapes[telling][clusters == voice].mean(0) for voice in (0, 1)])
    nearest = ((shapes[:, None] - centres) ** 2).sum(-1).argmin(1)
    nearest[telling] = clusters
    of_words = np.zeros(len(frames), np.int64)
    for stretch, voice in zip(stretches, nearest, strict=True):
        of_words[list(stretch)] = voice
    return of_words


def _agreement(
    stretches: Sequence[Sequence[int]], frames: Sequence[_Features], of_words: NDArray[np.int64]
) -> float:
    """Each voice's every second stretch is judged by mixtures of the others; the share that agrees.

    Every second of each voice, since people take turns: of all, it would be one of the voices.
    """
    by_voice = [[s for s in stretches if of_words[s[0]] == voice] for voice in (0, 1)]
    halves = [
        [number for own in by_voice for stretch in own[fold::2] for number in stretch]
        for fold in (0, 1)
    ]
    agreed = 0
    for known, judged in (halves, halves[::-1]):
        if len(set(of_words[known])) < 2:
            return 0.0
        fits = _fits(
            [frames[number] for number in judged],
            [frames[number] for number in known],
            of_words[known],
        )
        for number, voice in zip(judged, fits.argmax(1), strict=True):
            agreed += len(frames[number]) if voice == of_words[number] else 0
    return agreed / sum(map(len, frames))


def _fits(
    frames: Sequence[_Features], known: Sequence[_Features], voices: NDArray[np.int64]
) -> _Features:
    """(words, 2): the log likelihood of each word's frames in the mixture of each known voice."""
    columns = []
    for voice in (0, 1):
        own = np.concatenate([f for f, of in zip(known, voices, strict=True) if of == voice])
        components = min(_COMPONENTS, max(1, len(own) // _FRAMES_A_COMPONENT))
        mixture = GaussianMixture(
            components, covariance_type="diag", reg_covar=1e-2, random_state=0
        ).fit(own)
        scores = mixture.score_samples(np.concatenate(frames))
        ends = np.cumsum([len(part) for part in frames])[:-1]
        columns.append([part.sum() for part in np.split(scores, ends)])
    return np.array(columns).T


def _likeliest(fits: _Features, costs: _Features) -> NDArray[np.int64]:
    """The sequence of voices that fits best when each change of voice costs (Viterbi)."""
    best = fits[0]
    came_from = np.zeros((len(fits), 2), np.int64)
    for number, cost in enumerate(costs, 1):
        stay, change = best, best[::-1] - cost
        came_from[number] = np.where(stay >= change, [0, 1], [1, 0])
        best = np.maximum(stay, change) + fits[number]
    voice = int(best.argmax())
    path = [voice]
    for number in range(len(fits) - 1, 0, -1):
        voice = int(came_from[number, voice])
        path.append(voice)
    return np.array(path[::-1], np.int64)
