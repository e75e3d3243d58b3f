"""A minute of each noise in a few variants: items loop one of them from a random place."""

from functools import cache

import numpy as np

from agent.evaluation.sound import sounds
from agent.evaluation.sound.channel import at_rms, band_pass
from agent.evaluation.sound.voices import Samples, save_array
from tests.bench.turns import texts
from tests.bench.turns.voices import CACHE_DIR, Split, voices_of

BEDS = 4
_BED_S = 60.0


@cache
def noise_bed(name: str, split: Split, variant: int) -> Samples:
    """Noise through the telephone band, RMS 1; kept on disk."""
    path = CACHE_DIR / "beds" / f"{name}-{split}-{variant}-1.npy"
    if not path.exists():
        rng = np.random.default_rng([variant, len(name), int(split == "test")])
        talk = (texts.SIDE_TALK + texts.INTERRUPTIONS_LONG, voices_of(split))
        made = {
            "babble": lambda: sounds.babble(rng, _BED_S, talk[1], talk[0]),
            "cafe": lambda: sounds.cafe(rng, _BED_S, talk[1], talk[0]),
            "street": lambda: sounds.street(rng, _BED_S),
            "car": lambda: sounds.car(rng, _BED_S),
            "music": lambda: sounds.music(rng, _BED_S),
        }[name]()
        save_array(path, at_rms(band_pass(made), 0.0))
    bed: Samples = np.load(path).astype(np.float64)
    return bed
