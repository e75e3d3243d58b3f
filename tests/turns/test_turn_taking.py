"""The whole of turn-taking on timelines: s speech, . quiet, each letter a 20 ms frame."""

import pytest

from agent.speech.protocols import Confidence, Word
from agent.turns.barge_in import AgentSpeech, BargeInAction
from agent.turns.endpointing import Completeness, EndOfTurn, Expected
from agent.turns.evidence import Evidence
from agent.turns.settings import HalfDuplexSettings, TurnSettings
from agent.turns.turn_taking import Heard, TurnTaking

FRAME_S = 0.02
AGENT = AgentSpeech(2000, 3000, said="Fibre Five Hundred is thirty-four pounds a month.")
SPEECH_DBFS, QUIET_DBFS = -24.0, -70.0


class Line:
    """A call's turn-taking with its clock."""

    def __init__(self, **settings: object) -> None:
        known = {"line_echo": "none", **settings}
        self.turns = TurnTaking(TurnSettings.model_validate(known))
        self.now_s = 0.0

    def caller(self, timeline: str) -> EndOfTurn | None:
        """The caller may speak; the end of its turn, if it comes."""
        for letter in timeline:
            end = self.turns.on_caller_frame(self.now_s, self._heard(letter))
            self.now_s += FRAME_S
            if end is not None:
                return end
        return None

    def over_agent(self, timeline: str, agent: AgentSpeech = AGENT) -> list[str]:
        """The agent speaks; what becomes of its speech."""
        actions = []
        for letter in timeline:
            action = self.turns.on_agent_frame(self.now_s, self._heard(letter), agent)
            self.now_s += FRAME_S
            actions += [action.value] if action is not BargeInAction.NONE else []
        return actions

    def answer(self, text: str) -> BargeInAction:
        """Ask what is to be asked by now, and answer it."""
        question = self.turns.take_question(self.now_s)
        if question is None:
            return BargeInAction.NONE
        starts_s = question.since_s
        words = [Word(w, starts_s, starts_s + 0.1, 1.0) for w in text.split()]
        return self.turns.on_answer(self.now_s, question, words, AGENT)

    def frame(self, confidence: float, level_dbfs: float) -> Heard:
        return self.turns.judge_frame(self.now_s, Confidence(confidence, confidence), level_dbfs)

    def _heard(self, letter: str) -> Heard:
        self.turns.sent(QUIET_DBFS)
        speech = letter == "s"
        return self.frame(0.9 if speech else 0.0, SPEECH_DBFS if speech else QUIET_DBFS)


def test_a_turn_without_interruption() -> None:
    line = Line()
    line.turns.listen(0.0, Expected())
    assert line.caller("..." + "s" * 30) is None
    line.turns.on_words(line.now_s, "how much is it", None)
    end = line.caller("." * 100)
    assert end is not None
    assert end.completeness is Completeness.COMPLETE
    assert line.turns.text == "how much is it"


def test_a_sure_intent_shortens_the_wait_and_only_for_these_words() -> None:
    waits = []
    for judged in ("how much is it", "how much"):
        line = Line()
        line.turns.listen(0.0, Expected())
        line.caller("..." + "s" * 30)
        line.turns.on_words(line.now_s, "how much is it", None)
        line.turns.judge(judged, Completeness.UNDERSTOOD)
        end = line.caller("." * 100)
        assert end is not None
        waits.append(round((end.decided_s - end.ended_s) * 1000))
    assert waits[0] < waits[1]


def test_in_a_pause_all_words_are_asked_for_once() -> None:
    line = Line()
    line.turns.listen(0.0, Expected())
    line.caller("..." + "s" * 30)
    assert not line.turns.take_pause(line.now_s)
    line.caller("." * 8)
    assert line.turns.take_pause(line.now_s)
    assert not line.turns.take_pause(line.now_s)
    line.turns.on_final(line.now_s, "how much is it")
    line.caller("s" * 10 + "." * 9)
    assert line.turns.take_pause(line.now_s)


def test_a_turn_does_not_end_before_its_words_are_known() -> None:
    line = Line()
    line.turns.listen(0.0, Expected())
    line.caller("..." + "s" * 30 + "." * 8)
    assert line.turns.take_pause(line.now_s)
    assert line.caller("." * 60) is None
    line.turns.on_final(line.now_s, "how much is it")
    end = line.caller(".")
    assert end is not None
    assert end.completeness is Completeness.COMPLETE


@pytest.mark.parametrize(
    ("sure", "judged"), [(0.9, Completeness.INCOMPLETE), (0.3, Completeness.DEFAULT)]
)
def test_an_ending_that_the_recogniser_is_not_sure_of_is_breath(
    sure: float, judged: Completeness
) -> None:
    line = Line()
    line.turns.listen(0.0, Expected())
    line.caller("..." + "s" * 30 + "." * 8)
    assert line.turns.take_pause(line.now_s)
    line.turns.on_final(line.now_s, "how much is it and", sure)
    end = line.caller("." * 100)
    assert end is not None
    assert end.completeness is judged


def test_speech_right_after_the_end_of_a_turn_belongs_to_it() -> None:
    line = Line()
    line.turns.listen(0.0, Expected())
    line.caller("..." + "s" * 30)
    line.turns.on_words(line.now_s, "i want to", None)
    assert line.caller("." * 100) is not None
    early = AgentSpeech(played_ms=200, remaining_ms=3000)
    late = AgentSpeech(played_ms=900, remaining_ms=3000)
    assert line.turns.resumes_turn(line.now_s + 0.3, early)
    assert not line.turns.resumes_turn(line.now_s + 0.3, late)
    assert not line.turns.resumes_turn(line.now_s + 1.5, early)


def test_speech_while_the_agent_thinks_is_the_rest_of_the_turn() -> None:
    line = Line()
    line.turns.listen(0.0, Expected())
    line.caller("..." + "s" * 30)
    assert line.caller("." * 100) is not None
    line.turns.hold()
    thought = []
    for _ in range(8):
        thought.append(line.turns.on_thinking_frame(line.now_s, line._heard("s")))
        line.now_s += FRAME_S
    assert thought.index(True) == 2


def test_a_pause_is_decided_without_any_frame() -> None:
    """Silence suppression: the caller's packets stop with its speech."""
    line = Line()
    line.turns.agent_speaks()
    assert line.over_agent("." * 30 + "s" * 8) == ["pause"]
    for _ in range(85):
        due = line.turns.on_tick(line.now_s, agent_speaking=True)
        line.now_s += FRAME_S
        if due is BargeInAction.RESUME:
            return
    pytest.fail("the agent stays silent")


def test_a_turn_ends_without_any_frame() -> None:
    line = Line()
    line.turns.listen(0.0, Expected())
    line.caller("..." + "s" * 30)
    for _ in range(100):
        due = line.turns.on_tick(line.now_s, agent_speaking=False)
        line.now_s += FRAME_S
        if isinstance(due, EndOfTurn):
            return
    pytest.fail("the turn never ended")


def test_the_agents_own_words_interrupt_nobody_where_there_is_echo() -> None:
    line = Line(line_echo="learn")
    line.turns.agent_speaks()
    levels = [-20.0 - 25.0 * ((number // 9) % 2) - number % 5 for number in range(300)]
    for number, level in enumerate(levels):
        line.turns.sent(level)
        returned = levels[number - 5] - 8.0 if number >= 5 else QUIET_DBFS
        heard = line.frame(0.9, returned)
        line.turns.on_agent_frame(line.now_s, heard, AGENT)
        line.now_s += FRAME_S
    assert line.turns.echo.present
    for number in range(10):  # the caller, louder than its echo
        line.turns.sent(levels[number])
        heard = line.frame(0.9, -10.0)
        line.turns.on_agent_frame(line.now_s, heard, AGENT)
        line.now_s += FRAME_S
    line.now_s += 0.4
    assert line.answer("thirty four pounds") is not BargeInAction.COMMIT
    for number in range(60):
        line.turns.sent(levels[number])
        line.turns.on_agent_frame(line.now_s, line.frame(0.9, -10.0), AGENT)
        line.now_s += FRAME_S
    assert line.answer("stop") is BargeInAction.COMMIT


def test_before_the_echo_is_known_only_words_after_the_pause_count() -> None:
    line = Line(line_echo="learn")
    line.turns.agent_speaks()
    assert line.over_agent("....." + "s" * 25) == ["pause"]
    assert line.answer("how much is it") is BargeInAction.NONE
    line.over_agent("s" * 20)
    question = line.turns.take_question(line.now_s)
    assert question is not None
    later = [Word("much", question.since_s + 0.7, question.since_s + 0.8, 1.0)]
    assert line.turns.on_answer(line.now_s, question, later, AGENT) is BargeInAction.COMMIT


def test_an_interruption_begins_with_its_sound_and_not_with_an_earlier_click() -> None:
    line = Line()
    line.turns.agent_speaks()
    line.over_agent("..s" + "." * 100)
    began_s = line.now_s
    line.over_agent("s" * 25)
    assert line.answer("how much is it") is BargeInAction.COMMIT
    assert line.turns.speech_since_s == pytest.approx(began_s)


def test_talk_quieter_than_the_callers_is_not_meant_for_the_agent() -> None:
    outcomes = []
    for quieter_db in (0.0, 8.0):
        line = Line()
        line.turns.listen(0.0, Expected())
        line.caller("..." + "s" * 30)
        line.turns.on_words(line.now_s, "yes speaking", None)
        assert line.caller("." * 100) is not None
        line.turns.agent_speaks()
        line.over_agent("." * 30)
        for _ in range(25):
            heard = line.frame(0.9, SPEECH_DBFS - quieter_db)
            line.turns.on_agent_frame(line.now_s, heard, AGENT)
            line.now_s += FRAME_S
        outcomes.append(line.answer("dinner is ready"))
    assert outcomes == [BargeInAction.COMMIT, BargeInAction.NONE]


def test_in_noise_the_other_detector_decides() -> None:
    line = Line()
    line.turns.listen(0.0, Expected())
    for _ in range(100):  # a noise floor 8 dB below the caller
        line.turns.judge_frame(line.now_s, Confidence(0.9, 0.1), -34.0)
        line.now_s += FRAME_S
    assert not line.turns.judge_frame(line.now_s, Confidence(0.9, 0.1), -30.0).speech
    assert line.turns.judge_frame(line.now_s, Confidence(0.1, 0.9), -30.0).speech


def test_by_turns_only_words_and_keys_interrupt() -> None:
    line = Line(half_duplex=HalfDuplexSettings(judged_pauses=2))
    line.turns.half_duplex.judged(0.0, meant=False)
    line.turns.half_duplex.judged(0.0, meant=False)
    assert line.turns.half_duplex.active
    line.turns.agent_speaks()
    assert line.over_agent("." * 30 + "s" * 40) == []
    assert line.answer("how much is it") is BargeInAction.COMMIT


@pytest.mark.parametrize(("said", "by_turns"), [("okay", False), ("", True)])
def test_back_channels_do_not_make_a_call_go_by_turns(said: str, by_turns: bool) -> None:
    line = Line(half_duplex=HalfDuplexSettings(judged_pauses=2))
    for _ in range(3):
        line.turns.agent_speaks()
        assert line.over_agent("." * 30 + "s" * 10 + "." * 12)[:1] in (["pause"], [])
        line.answer(said)
    assert line.turns.half_duplex.active is by_turns


def test_the_classic_rule_is_another_policy() -> None:
    line = Line(rule="classic")
    line.turns.agent_speaks()
    assert line.over_agent("." * 30 + "s" * 20) == ["commit"]
    line = Line()
    line.turns.agent_speaks()
    assert line.over_agent("." * 30 + "s" * 20) == ["pause"]


def test_a_key_interrupts_under_the_classic_rule_too() -> None:
    line = Line(rule="classic")
    line.turns.agent_speaks()
    assert line.turns.on_key(line.now_s, AGENT) is BargeInAction.COMMIT
    assert line.turns.committed
    assert line.turns.evidence is Evidence.DTMF


@pytest.mark.parametrize("text", ["", "yes", "how much is it", "i want to know if"])
def test_one_silence_ends_every_turn_under_the_classic_rule(text: str) -> None:
    line = Line(rule="classic", vad_silence_timeout_ms=700)
    line.turns.listen(0.0, Expected(yes_no=True))
    line.caller("..." + "s" * 20 + "." * 25 + "s" * 20)
    line.turns.on_words(line.now_s, text, None)
    end = line.caller("." * 100)
    assert end is not None
    assert (end.decided_s - end.ended_s) * 1000 == pytest.approx(700, abs=21)


def test_endless_music_neither_silences_the_agent_nor_the_call() -> None:
    """Ten minutes of music on hold: the noise floor rises to it, and every pause ends."""
    line = Line()
    paused_frames = longest = 0
    line.turns.agent_speaks()
    for number in range(30_000):
        level = -28.0 + 6.0 * ((number // 7) % 3 - 1)
        line.turns.sent(-20.0)
        heard = line.frame(0.9, level)
        action = line.turns.on_agent_frame(line.now_s, heard, AGENT)
        line.now_s += FRAME_S
        paused_frames = paused_frames + 1 if line.turns.paused else 0
        longest = max(longest, paused_frames)
        if action is BargeInAction.COMMIT:
            line.turns.agent_speaks()
    assert longest * FRAME_S <= 2.1


def test_a_caller_who_never_stops_is_answered_all_the_same() -> None:
    line = Line()
    line.turns.listen(0.0, Expected())
    end = line.caller("s" * 50 * 60)
    assert end is not None
    assert end.decided_s - end.started_s == pytest.approx(40, abs=0.1)
