"""What a live call reports, to whoever watches it: records, the live view, metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from agent.asterisk.events import Channel
from agent.asterisk.queue_log import QueueEvent
from agent.calls.speaker import Utterance
from agent.dialogue.reply import Reply
from agent.dialogue.rules import mask_digits
from agent.media.stats import MediaStats
from agent.records.models import Direction, ModelUsed, Speaker
from agent.records.records import (
    ASSIGNED,
    NOT_KEPT,
    RECORDING_REFUSED,
    Assignment,
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
    utc_now,
)
from agent.speech.protocols import Transcript

_SOME_DIGITS = 3


class CallObserver(Protocol):
    """Gets every record of every call; returns at once and never raises."""

    def call_started(self, record: CallStarted) -> None: ...
    def call_answered(self, record: CallAnswered) -> None: ...
    def turn(self, record: TurnRecord) -> None: ...
    def event(self, record: EventRecord) -> None: ...
    def latency(self, record: LatencyRecord) -> None: ...
    def call_ended(self, record: CallEnded) -> None: ...


class CallJournal:
    """One call's reports; numbers the turns and keeps the result of a transfer."""

    def __init__(
        self,
        call_id: str,
        channel: Channel,
        recording: Path | None,
        direction: Direction = Direction.INBOUND,
        *,
        playbook: tuple[str, str, str],
        models: Mapping[str, ModelUsed],
        code_sha256: str | None = None,
        observers: Sequence[CallObserver],
        keep_refused_text: bool = False,
        assignment: Assignment | None = None,
    ) -> None:
        """`playbook` is its id, version and sha256; `assignment` the experiment's variant, if any.

        `keep_refused_text`: a caller who refuses recording refuses the sound alone.
        """
        self.call_id = call_id
        self._observers = observers
        self._keep_refused_text = keep_refused_text
        self._withholds = False
        self._turns = 0
        self._queue: str | None = None
        self._result: str | None = None
        playbook_id, version, sha256 = playbook
        started = CallStarted(
            call_id=call_id,
            channel_id=channel.channel_id,
            direction=direction,
            caller_number=channel.caller_number or None,
            called_exten=channel.extension or None,
            playbook_id=playbook_id,
            playbook_version=version,
            playbook_sha256=sha256,
            models=models,
            code_sha256=code_sha256,
            recording_path=str(recording) if recording else None,
            assignment=assignment,
        )
        for observer in observers:
            observer.call_started(started)
        if assignment is not None:
            told = {"experiment": assignment.experiment, "variant": assignment.variant}
            self.event(ASSIGNED, 0.0, **told, revision=assignment.revision)

    def answered(self, codec: str, linked_id: str) -> None:
        """The agent has picked up."""
        record = CallAnswered(call_id=self.call_id, codec=codec, linked_id=linked_id)
        for observer in self._observers:
            observer.call_answered(record)

    def caller_said(self, heard: Transcript, start_s: float, end_s: float, reply: Reply) -> None:
        """The caller's turn, and what the dialogue made of it."""
        understood = reply.understanding
        self._turn(
            TurnRecord(
                call_id=self.call_id,
                index=self._next_index(),
                speaker=Speaker.CALLER,
                text=mask_digits(heard.text, 1) if reply.secret else heard.text,
                start_s=round(start_s, 2),
                end_s=round(max(start_s, end_s), 2),
                confidence=round(heard.confidence, 3),
                stage=reply.stage,
                intent=understood.intent if understood else None,
                words=[]
                if reply.secret
                else [
                    {
                        "text": word.text,
                        "start_s": word.start_s,
                        "end_s": word.end_s,
                        "confidence": word.confidence,
                    }
                    for word in heard.words
                ],
            )
        )

    def agent_said(self, utterance: Utterance, stage: str, interrupted: bool) -> None:
        """The agent's turn, and how much of it the caller heard."""
        clips = [clip for clip in utterance.clips if clip.started_s is not None]
        ends = [clip.ended_s for clip in clips if clip.ended_s is not None]
        start_s = clips[0].started_s or 0.0
        self._turn(
            TurnRecord(
                call_id=self.call_id,
                index=self._next_index(),
                speaker=Speaker.AGENT,
                text=utterance.full_text,
                heard_text=utterance.heard_text if interrupted else None,
                start_s=round(start_s, 2),
                end_s=round(max([start_s, *ends]), 2),
                stage=stage,
                line_ids=[clip.line.line_id for clip in utterance.clips],
                interrupted=interrupted,
            )
        )

    def recording_refused(self, at_s: float) -> None:
        """From now on words are not reported; what was said before is not kept either."""
        self._withholds = not self._keep_refused_text
        self.event(RECORDING_REFUSED, at_s, text_kept=self._keep_refused_text)

    def event(self, kind: str, at_s: float, **data: Any) -> None:
        """Something happened; "heard" are words of the caller."""
        if data.get("heard"):
            data["heard"] = self.shown_early(data["heard"])
        record = EventRecord(call_id=self.call_id, kind=kind, at_s=round(at_s, 2), data=data)
        for observer in self._observers:
            observer.event(record)

    @property
    def withholds(self) -> bool:
        """Whether the call's words are not to be told."""
        return self._withholds

    def shown_early(self, words: str) -> str:
        """What may be told of a caller's words before their turn is understood.

        Until then nobody knows whether its digits may be kept.
        """
        return "" if self._withholds else mask_digits(words, _SOME_DIGITS)

    def latency(self, name: str, ms: float) -> None:
        """A wait that leads to the agent's next turn."""
        record = LatencyRecord(
            call_id=self.call_id, name=name, ms=round(ms, 1), turn_index=self._turns
        )
        for observer in self._observers:
            observer.latency(record)

    def in_queue(self, event: QueueEvent, at_s: float) -> None:
        """A line of queue_log about the caller."""
        self.event("queue_log", at_s, event=event.name, queue=event.queue, **event.data)

    def transfer_started(self, queue: str, at_s: float, **data: Any) -> None:
        """The caller is on the way to a queue."""
        self._queue = queue
        self.event("transfer_started", at_s, queue=queue, **data)

    def transfer_ended(self, result: str, at_s: float, **data: Any) -> None:
        """ "answered", "returned", "abandoned", or "unseen" where nobody told."""
        self._result = result
        self.event(f"transfer_{result}", at_s, **data)

    def ended(
        self,
        *,
        outcome: str,
        disposition: str,
        ended_by: str,
        cause: int,
        slots: Mapping[str, str],
        summary: str,
        media: MediaStats | None,
        ago_s: float = 0.0,
    ) -> None:
        """The call is over, since `ago_s` seconds."""
        record = CallEnded(
            call_id=self.call_id,
            outcome=outcome,
            disposition=disposition or None,
            ended_by=ended_by,
            hangup_cause=cause or None,
            transfer_queue=self._queue,
            transfer_result=self._result,
            slots=slots,
            summary=summary,
            media=asdict(media) if media else {},
            ended_at=utc_now() - timedelta(seconds=ago_s),
        )
        for observer in self._observers:
            observer.call_ended(record)

    def _turn(self, record: TurnRecord) -> None:
        if self._withholds:
            record = replace(record, text=NOT_KEPT, heard_text=None, words=())
        for observer in self._observers:
            observer.turn(record)

    def _next_index(self) -> int:
        self._turns += 1
        return self._turns - 1
