"""Synthesis by Piper.

Measured on two cores with en_US-joe-medium: "Sure." (0.5 s) takes 41 ms with one thread and 27 ms
with two; a sentence of 3.3 s takes 249 ms and 185 ms, and the second thread costs 48 % more CPU.
Loading takes 1.2 s.
"""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import onnxruntime
from piper import PiperVoice
from piper.config import PiperConfig

from agent.speech.errors import CorruptModel, SynthesisFailed
from agent.speech.hashing import file_sha256
from agent.speech.protocols import Pcm


class PiperSynthesizer:
    """One Piper voice; safe to share between threads, which then take turns by sentence.

    espeak-ng keeps global state, and two inferences at once would only make both slower.
    """

    def __init__(self, path: Path, *, threads: int = 2) -> None:
        """Load the .onnx at `path` and the .onnx.json beside it. Raises CorruptModel."""
        options = onnxruntime.SessionOptions()
        options.enable_cpu_mem_arena = False  # it keeps the most that any text ever took
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            config = PiperConfig.from_dict(
                json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))
            )
            session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's errors have no common base
            raise CorruptModel(
                f"Piper can't load the voice at {path}: fetch it again with "
                "`understudy models fetch`, or name another one in speech.tts_voice."
            ) from error
        self._voice = PiperVoice(session=session, config=config)
        self._name = path.stem
        self._voice_id = f"{path.stem}-{file_sha256(path)}"
        self._lock = threading.Lock()

    @property
    def voice_id(self) -> str:
        """The voice's name and its file's sha256."""
        return self._voice_id

    @property
    def sample_rate_hz(self) -> int:
        """The rate of what `synthesize` yields."""
        return int(self._voice.config.sample_rate)

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """Mono int16 audio at full scale, a chunk a sentence. Raises SynthesisFailed."""
        chunks = iter(self._voice.synthesize(text))
        while True:
            try:
                with self._lock:
                    chunk = next(chunks, None)
            except Exception as error:  # espeak's and onnxruntime's errors have no common base
                raise SynthesisFailed(
                    f"The voice {self._name} can't say {text[:60]!r}: {error}."
                ) from error
            if chunk is None:
                return
            yield chunk.audio_int16_array
