"""Which of the recognised calls are fit for use, and whose the voices of mono calls are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean, median

from agent.cloning.ingest.roles import Role, Utterance, tell_apart
from agent.cloning.pipeline import Problem
from agent.cloning.recorded import Conversation, Speaker
from agent.cloning.transcribe.voices import SURE
from agent.cloning.transcribe.worker import Heard

# The bundled model's mean confidence in a call is 0.79 to 0.89 on English, 0.54 to 0.72 on German
# and Spanish, of which it makes English words.
_LEAST_CONFIDENCE = 0.5
_SURE_CONFIDENCE = 0.75
# A poor line lowers all calls of an archive; another language lowers some.
_BELOW_OTHERS = 0.06


@dataclass(frozen=True, slots=True)
class _Look:
    """What a call is judged by; `voices` has the turns of a mono call only."""

    confidence: float
    sides: int
    voices_sure: float | None
    voices: tuple[Utterance, ...]


class Fitness:
    """A judgement over all calls that were heard."""

    def __init__(self, heard: Iterable[Heard]) -> None:
        """Each is looked at once and not kept."""
        self._looks = {one.conversation.call: _look(one) for one in heard}
        sure = [look.confidence for look in self._looks.values() if look.sides]
        self._usual = median(sure) if sure else 0.0
        self._roles: Mapping[str, Role] = tell_apart(
            {
                call: look.voices
                for call, look in self._looks.items()
                if look.voices_sure is not None and self._unfit(call, look) is None
            }
        )

    def problem(self, call: str) -> Problem | None:
        """Why a call is left out."""
        unfit = self._unfit(call, self._looks[call])
        role = self._roles.get(call)
        if unfit is None and role is not None and role.agent_label is None:
            return Problem(
                call,
                f"which of the two voices in its one channel is the agent's can't be told: "
                f"{role.why}",
                "It is left out; record the two sides separately.",
            )
        return unfit

    def named(self, heard: Heard) -> Conversation:
        """The conversation, in which the agent's turns are the agent's in mono calls, too."""
        said = heard.conversation
        role = self._roles.get(said.call)
        if role is None:
            return said
        speakers: dict[str, Speaker] = {
            turn.speaker: "agent" if turn.speaker == role.agent_label else "customer"
            for turn in said.turns
        }
        turns = tuple(t.model_copy(update={"speaker": speakers[t.speaker]}) for t in said.turns)
        return said.model_copy(update={"turns": turns})

    def _unfit(self, call: str, look: _Look) -> Problem | None:
        if look.sides == 0:
            return Problem(call, "no words were heard", "It is left out: silence, music or noise.")
        if look.voices_sure is not None and look.voices_sure < SURE:
            return Problem(
                call,
                "it has one channel, and its voices are too alike, or say too little, to be told "
                "apart",
                "It is left out; record the two sides separately.",
            )
        if look.sides == 1:
            return Problem(
                call, "only one side says anything", "It is left out: voicemail, or a lost side."
            )
        unlike_others = self._usual - look.confidence > _BELOW_OTHERS
        if look.confidence < _LEAST_CONFIDENCE or (
            look.confidence < _SURE_CONFIDENCE and unlike_others
        ):
            return Problem(
                call,
                f"the recogniser is unsure of its words (confidence {look.confidence:.2f}, "
                f"usually {self._usual:.2f})",
                "It is left out: another language, or poor audio.",
            )
        return None


def _look(heard: Heard) -> _Look:
    turns = heard.conversation.turns
    words = [word.confidence for turn in turns for word in turn.words]
    mono = heard.voices_sure is not None
    return _Look(
        confidence=fmean(words) if words else 0.0,
        sides=len({turn.speaker for turn in turns}),
        voices_sure=heard.voices_sure,
        voices=tuple((turn.speaker, turn.text) for turn in turns) if mono else (),
    )
