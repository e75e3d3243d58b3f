"""The plain rule most agents use, kept so that the adaptive one can be measured against it."""

from agent.turns.barge_in import AgentSpeech, BargeInAction, BargeInRule, BargeInState
from agent.turns.endpointing import Completeness, Endpointer
from agent.turns.evidence import Evidence
from agent.turns.settings import TurnSettings

FRAME_MS = 20


class ClassicBargeIn(BargeInRule):
    """Confident speech in consecutive frames that lasts long enough cuts the agent off for good."""

    def __init__(self, settings: TurnSettings) -> None:
        self._settings = settings
        self.begin()

    def begin(self) -> None:
        """A new agent turn starts to play."""
        super().begin()
        self._frames = 0

    def on_frame(self, confidence: float, agent: AgentSpeech) -> BargeInAction:
        """Judge one caller frame (20 ms) as it arrives."""
        settings = self._settings
        self._frames = self._frames + 1 if confidence >= settings.classic_confidence else 0
        if self.state is BargeInState.COMMITTED or not agent.interruptible:
            return BargeInAction.NONE
        long_enough = self._frames * FRAME_MS >= settings.vad_cutoff_timeout_ms
        if self._frames >= settings.classic_frames and long_enough:
            return self._commit(Evidence.SUSTAINED_SPEECH)
        return BargeInAction.NONE


class ClassicEndpointer(Endpointer):
    """One silence ends every turn, whatever was said and however the caller pauses."""

    def __init__(self, settings: TurnSettings) -> None:
        super().__init__(settings.endpointing.model_copy(update={"settled_ms": 0}))
        self._silence_ms = float(settings.vad_silence_timeout_ms)

    def _wait_ms(self, judged: Completeness) -> float:
        return self._silence_ms
