"""What hears and speaks for the agent in simulated calls: the product's own, loaded once."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.calls.detectors import detectors
from agent.config import LogSettings
from agent.dialogue.playbook import Playbook
from agent.evaluation.simulation.version import SoundParts
from agent.evaluation.virtual_time.engines import ChargedVoice
from agent.evaluation.virtual_time.executor import ChargedExecutor
from agent.evaluation.virtual_time.loop import run_virtually
from agent.logs import configure_logs
from agent.speech.line_cache import LineCache
from agent.speech.paired_vad import PairedVad
from agent.speech.piper import PiperSynthesizer
from agent.speech.protocols import RecognizerFactory
from agent.speech.silero_vad import SileroModel
from agent.speech.vosk import VoskModel
from agent.turns.settings import TurnSettings


@dataclass(frozen=True, slots=True)
class Engines:
    """What a call with sound needs besides its dialogue."""

    turns: TurnSettings
    recognizers: RecognizerFactory
    open_vad: Callable[[int], PairedVad]
    lines: LineCache


def engines_of(parts: SoundParts, playbook: Playbook) -> Engines:
    """Load the models and speak the playbook's lines, or read them where they were spoken before.

    Logs of calls go nowhere below an error: thousands of them would bury the findings.
    """
    configure_logs(LogSettings(level="error"))
    executor = ChargedExecutor()
    voice = ChargedVoice(
        PiperSynthesizer(parts.voice, threads=1), executor.charge, parts.lines / "simulated"
    )
    lines = LineCache(voice, parts.lines, executor)
    run_virtually(lines.prepare(playbook.speakable_texts()))
    return Engines(
        turns=parts.turns,
        recognizers=VoskModel(parts.recogniser),
        open_vad=detectors(parts.turns, SileroModel(parts.detector)),
        lines=lines,
    )
