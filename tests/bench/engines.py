"""How long a piece of each engine's work takes: `python -m tests.bench.engines`.

The longest pieces that calls ask for, with the models installed here, in the pools of the product.
The deadlines of `[watchdog]` are to be well above the 99th percentile of a busy machine.
"""

import asyncio

import numpy as np
from rich.console import Console
from rich.table import Table

from agent.building.models import model_store
from agent.config import load_settings
from agent.dialogue.conversation import CallerTurn, Conversation
from agent.dialogue.loader import load_playbook
from agent.dialogue.understanding import Understander
from agent.speech.minilm import MiniLmEncoder
from agent.speech.piper import PiperSynthesizer
from agent.speech.vosk import VoskModel
from agent.watchdog.durations import Histogram
from agent.watchdog.pool import WatchedPool

_RATE_HZ = 8000
_TIMES = 60


async def measure() -> dict[str, Histogram]:
    """What each piece took."""
    settings = load_settings()
    store = model_store(settings)
    voice = PiperSynthesizer(store.locate("tts", settings.speech.tts_voice), threads=2)
    playbook = load_playbook("larkfield")
    texts = sorted(playbook.speakable_texts(), key=len)
    longest = texts[-1]
    speech = np.concatenate(list(voice.synthesize(" ".join(texts[-4:]))))
    clip = speech[:: voice.sample_rate_hz // _RATE_HZ][: 16 * _RATE_HZ].tobytes()
    model = VoskModel(store.locate("asr", settings.speech.asr_model))
    recognizer = model.open(_RATE_HZ)
    encoder = MiniLmEncoder(
        store.locate("embedding", settings.speech.embedding_model),
        store.locate_tokenizer(settings.speech.embedding_model),
        remembered_texts=1,
    )
    talk = Conversation(playbook, Understander(playbook, encoder), seed=1)
    talk.open()
    heard = "well we are with another company and it is really slow in the evening"
    pieces = {
        "recognition: 400 ms of the stream": lambda: recognizer.accept(clip[: 2 * 3200]),
        "recognition: 8 s heard again": lambda: model.open(_RATE_HZ).hear(clip[: 2 * 64000]),
        "recognition: 16 s heard again": lambda: model.open(_RATE_HZ).hear(clip),
        "decision": lambda: talk.fork().respond(CallerTurn(heard, 0.9)),
        "synthesis: the longest line": lambda: list(voice.synthesize(longest)),
    }
    found = {}
    for name, piece in pieces.items():
        pool = WatchedPool(name, 1, 60.0)
        for _ in range(_TIMES):
            await asyncio.get_running_loop().run_in_executor(pool, piece)
        found[name] = pool.stats.runs
        await asyncio.to_thread(pool.shutdown)
    return found


def main() -> None:
    """Measure and print."""
    table = Table("a piece of work", "mean ms", "p99 at most ms", "longest ms")
    for name, runs in asyncio.run(measure()).items():
        mean_s = runs.sum_s / max(runs.count, 1)
        figures = (mean_s, runs.percentile_s(99), runs.max_s)
        table.add_row(name, *(f"{1000 * seconds:.0f}" for seconds in figures))
    Console().print(table)


if __name__ == "__main__":
    main()
