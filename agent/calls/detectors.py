"""The voice activity detectors that turn-taking settings ask for."""

from collections.abc import Callable

from agent.speech.paired_vad import PairedVad
from agent.speech.silero_vad import SileroModel
from agent.speech.webrtc_vad import WebRtcVad
from agent.turns.settings import TurnSettings
from agent.watchdog.faults import Faults
from agent.watchdog.steady_vad import SteadyVad


def needs_neural(turns: TurnSettings) -> bool:
    """Whether any call with these settings may need the neural detector."""
    return turns.neural_vad or turns.rule == "adaptive"


def detectors(
    turns: TurnSettings, neural: SileroModel | None, faults: Faults | None = None
) -> Callable[[int], PairedVad]:
    """Opens a call's detectors at a sample rate; `neural` is None where no call needs it.

    What goes wrong with the neural one is counted in `faults`.
    """
    if neural is None or not needs_neural(turns):
        return lambda rate: PairedVad(WebRtcVad(rate))
    counted = faults or Faults()

    def steady(rate: int) -> SteadyVad:
        return SteadyVad(neural.open(rate), WebRtcVad(rate), counted)

    if turns.neural_vad:
        return lambda rate: PairedVad(steady(rate))
    return lambda rate: PairedVad(WebRtcVad(rate), steady(rate))
