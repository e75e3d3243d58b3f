"""What is written down of each turn: words, waits, and why the floor changed hands."""

from agent.calls.decision_notes import decision_told
from agent.calls.deliberation import Deliberation
from agent.calls.events import AgentInterrupted, AgentPaused, AgentResumed
from agent.calls.hearing import HeardTurn
from agent.calls.journal import CallJournal
from agent.calls.speaker import Utterance
from agent.dialogue.interruption import judge_interruption
from agent.dialogue.mood import MoodLevel
from agent.dialogue.reply import Reply
from agent.records.records import DECIDED, DO_NOT_CALL
from agent.speech.streaming import StreamingRecognizer
from agent.turns.endpointing import Completeness, EndOfTurn
from agent.turns.turn_taking import TurnTaking


class TurnNotes:
    """One call's turns on their way into the journal. Times are seconds of audio time."""

    def __init__(self, journal: CallJournal) -> None:
        self._journal = journal
        self._answered_s: float | None = None
        self._caller_ended: EndOfTurn | None = None
        self._interrupts = False

    def answered(self, now_s: float) -> None:
        """The call is being answered: the greeting is waited for from here."""
        self._answered_s = now_s

    def caller_ended(self, end: EndOfTurn) -> None:
        """The caller's turn ended: a reply is waited for from here."""
        self._caller_ended = end

    def greeted(self, ended_s: float, decided_s: float) -> None:
        """Who was called has said its hello: the agent's greeting is waited for from here."""
        self._caller_ended = EndOfTurn(ended_s, ended_s, decided_s, 0.0, Completeness.COMPLETE)

    def no_turn(self, now_s: float, speech_ms: float) -> None:
        """It was a noise: what is said next is no reply to it."""
        self._journal.event("noise", now_s, speech_ms=round(speech_ms))
        self._caller_ended = None

    def paused(self, now_s: float, event: AgentPaused) -> None:
        """The agent fell silent on suspicion."""
        self._journal.event(
            "barge_in_paused",
            now_s,
            latency_ms=round(event.latency_ms),
            level_dbfs=round(event.level_dbfs),
            gate_dbfs=round(event.gate_dbfs),
            line=event.rung,
        )

    def resumed(self, now_s: float, event: AgentResumed) -> None:
        """The suspicion came to nothing."""
        self._journal.event(
            "barge_in_resumed", now_s, heard=event.heard, paused_ms=round(event.paused_ms)
        )

    def interrupted(self, now_s: float, event: AgentInterrupted) -> None:
        """The caller took the floor."""
        self._journal.event(
            "barge_in_committed", now_s, evidence=event.evidence.value, heard=event.text
        )
        self._interrupts = True

    def went_on(self, now_s: float, heard: str = "") -> None:
        """The caller's last turn was not over."""
        self._journal.event("turn_went_on", now_s, heard=heard)

    def caller_said(
        self,
        turn: HeardTurn,
        end: EndOfTurn,
        reply: Reply,
        *,
        decided_s: float,
    ) -> None:
        """The caller's turn, what was understood, and where the time until the decision went."""
        waited_ms = (end.decided_s - end.ended_s) * 1000.0
        self._journal.caller_said(turn.words, end.started_s, end.ended_s, reply)
        self._journal.event(
            "end_of_turn", decided_s, words=end.completeness.value, waited_ms=round(waited_ms)
        )
        self._journal.event(DECIDED, decided_s, **decision_told(reply))
        if reply.mood.level is not MoodLevel.CALM:
            level, reasons = reply.mood.level.name.lower(), list(reply.mood.reasons)
            self._journal.event("mood", decided_s, level=level, reasons=reasons)
        if self._interrupts:
            self._interrupts = False
            kind = judge_interruption(reply.understanding, turn.words.text)
            self._journal.event("interruption", decided_s, wanted=kind.value)
        self._journal.latency("endpointing", waited_ms)
        self._journal.latency("asr_final", (turn.recognised_s - turn.asked_s) * 1000.0)
        self._journal.latency("decision", (decided_s - turn.recognised_s) * 1000.0)

    def decided(self, now_s: float, reply: Reply) -> None:
        """A wish not to be called holds from now on, not from the end of the call."""
        if reply.understanding is not None and reply.understanding.intent == DO_NOT_CALL:
            self._journal.event(DO_NOT_CALL, now_s)

    def agent_said(self, utterance: Utterance, stage: str, *, interrupted: bool = False) -> None:
        """The agent's turn, once; nothing of it was heard: no turn."""
        first_audio_s = utterance.first_audio_s
        if first_audio_s is None or utterance.noted or utterance.stands_in:
            return
        utterance.noted = True
        if self._caller_ended is not None:
            ended_s, decided_s = self._caller_ended.ended_s, self._caller_ended.decided_s
            self._journal.latency(
                "end_of_speech_to_first_audio", (first_audio_s - ended_s) * 1000.0
            )
            self._journal.latency("reply_ready", (first_audio_s - decided_s) * 1000.0)
            self._caller_ended = None
        elif self._answered_s is not None:
            waited_s = first_audio_s - self._answered_s
            self._journal.latency("answer_to_first_audio", waited_s * 1000.0)
        self._answered_s = None
        self._journal.latency("tts_first_audio", (first_audio_s - utterance.requested_s) * 1000.0)
        self._journal.agent_said(utterance, stage, interrupted)

    def whole_call(
        self,
        now_s: float,
        turns: TurnTaking,
        thought: Deliberation,
        recognizer: StreamingRecognizer,
    ) -> None:
        """Figures of the call's turn-taking as a whole, and of the engines behind it."""
        self._journal.event(
            "turn_taking",
            now_s,
            half_duplex_s=round(turns.half_duplex.seconds(now_s), 1),
            return_loss_db=turns.echo.return_loss_db if turns.echo.present else None,
            confidences=turns.confidences,
            replies_prepared=thought.prepared,
            replies_adopted=thought.adopted,
            decided_twice=thought.second_attempts,
            recognition_lag_ms=round(recognizer.longest_lag_ms),
            recognition_skipped_ms=round(recognizer.dropped_ms),
            recognition_reopened=recognizer.reopened,
        )
