"""The product's own turn-taking, seen through the bench's two Protocols."""

from collections.abc import Sequence

from agent.dialogue.playbook import Slot, SlotType
from agent.dialogue.slots import parse
from agent.speech.protocols import Confidence, Word
from agent.turns.barge_in import AgentSpeech, BargeInAction, Question
from agent.turns.endpointing import Completeness, EndOfTurn, Expected
from agent.turns.settings import EndpointingSettings, TurnSettings
from agent.turns.turn_taking import Heard, TurnTaking
from tests.bench.turns.policies import Contestant, Features
from tests.bench.turns.texts import Expects

_SCALED = (
    "short_answer_ms", "slot_done_ms", "understood_ms", "complete_ms", "default_ms",
    "incomplete_ms", "slot_open_ms",
)  # fmt: skip


class UnderstudyYield:
    """`TurnTaking` while the agent speaks."""

    def __init__(self, settings: TurnSettings) -> None:
        self._turns = TurnTaking(settings)
        self._listening = False
        self.reason = ""

    def agent_speaks(self, now_s: float) -> None:
        self._listening = False
        self._turns.forget_words()
        self._turns.agent_speaks()

    def sent(self, now_s: float, level_dbfs: float) -> None:
        self._turns.sent(level_dbfs)

    def heard(self, frame: Features) -> None:
        if not self._listening:
            self._turns.listen(frame.at_s, Expected())
            self._listening = True
        self._turns.on_caller_frame(frame.at_s, _judged(self._turns, frame))

    def on_frame(self, frame: Features, agent: AgentSpeech) -> BargeInAction:
        heard = _judged(self._turns, frame)
        return self._noted(self._turns.on_agent_frame(frame.at_s, heard, agent))

    def on_words(self, now_s: float, text: str, agent: AgentSpeech | None) -> None:
        self._turns.on_words(now_s, text, agent)

    def take_question(self, now_s: float) -> Question | None:
        return self._turns.take_question(now_s)

    def on_answer(
        self, now_s: float, question: Question, words: Sequence[Word], agent: AgentSpeech
    ) -> BargeInAction:
        action = self._turns.on_answer(now_s, question, words, agent)
        if action is BargeInAction.RESUME:
            # As `calls.floor`: what was said in a pause that was none belongs to no turn.
            self._turns.forget_speech()
        return self._noted(action)

    def on_tick(self, now_s: float, agent: AgentSpeech) -> BargeInAction:
        due = self._turns.on_tick(now_s, agent_speaking=True)
        return self._noted(due) if isinstance(due, BargeInAction) else BargeInAction.NONE

    def _noted(self, action: BargeInAction) -> BargeInAction:
        evidence = self._turns.evidence
        self.reason = evidence.value if evidence is not None else ""
        return action


class UnderstudyEnd:
    """`TurnTaking` while the caller may speak, with the dialogue's own judgement of a slot.

    What free speech means is not judged here: it depends on the stage of a dialogue.
    """

    def __init__(self, settings: TurnSettings) -> None:
        self._turns = TurnTaking(settings)
        self._slot: Slot | None = None

    def listen(self, now_s: float, expected: Expects) -> None:
        if expected not in ("", "yes_no"):
            self._slot = Slot(type=SlotType(expected), label=expected)
        reads_out = expected in ("phone", "postcode")
        self._turns.listen(now_s, Expected(yes_no=expected == "yes_no", reads_out=reads_out))

    def on_frame(self, frame: Features) -> bool:
        heard = _judged(self._turns, frame)
        return self._turns.on_caller_frame(frame.at_s, heard) is not None

    def on_words(self, now_s: float, text: str) -> None:
        self._turns.on_words(now_s, text, None)

    def take_pause(self, now_s: float) -> bool:
        return self._turns.take_pause(now_s)

    def on_final(self, now_s: float, text: str, ending_confidence: float) -> None:
        self._turns.on_final(now_s, text, ending_confidence)
        # As `calls.deliberation`: what was asked openly is never over at the first words.
        asked = self._slot if self._slot and self._slot.type is not SlotType.TEXT else None
        parsed = parse(asked, text) if asked is not None else None
        if parsed is not None and parsed.complete:
            self._turns.judge(text, Completeness.SLOT_DONE)

    def on_tick(self, now_s: float) -> bool:
        return isinstance(self._turns.on_tick(now_s, agent_speaking=False), EndOfTurn)


def _judged(turns: TurnTaking, frame: Features) -> Heard:
    detected = Confidence(frame.confidence, frame.in_noise)
    return turns.judge_frame(frame.at_s, detected, frame.level_dbfs)


def understudy(settings: TurnSettings, name: str = "understudy") -> Contestant:
    """The product with these settings."""

    def make_end(factor: float) -> UnderstudyEnd:
        waits = settings.endpointing.model_dump()
        waits |= {key: max(100, round(waits[key] * factor)) for key in _SCALED}
        scaled = EndpointingSettings.model_validate(waits)
        return UnderstudyEnd(settings.model_copy(update={"endpointing": scaled}))

    return Contestant(name, lambda: UnderstudyYield(settings), make_end)
