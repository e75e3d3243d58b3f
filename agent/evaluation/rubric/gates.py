"""What may not happen in a call, whatever it scores; each breach with its turn and quote.

Only rules that hold in any trade and that words alone can tell. They are written to be right
rather than complete: a breach takes a call out of learning.
"""

from collections.abc import Callable, Iterator, Sequence

from agent.cloning.grades import Breach
from agent.cloning.recorded import Conversation
from agent.evaluation.rubric.speech import Sentence, by, cues, sentences_of

# Who is told that it has the wrong number is told so at the start.
_WRONG_NUMBER_WITHIN = 8
_TURNS_TO_REFUSE = 3

_Gate = Callable[[Sequence[Sentence]], Iterator[Breach]]


def breaches(conversation: Conversation) -> tuple[Breach, ...]:
    """All breaches of a call, in order of their turns."""
    said = sentences_of(conversation)
    found = (breach for gate in _GATES for breach in gate(said))
    return tuple(sorted(found, key=lambda breach: (breach.turn, breach.kind)))


def _sells_after_do_not_call(said: Sequence[Sentence]) -> Iterator[Breach]:
    asked = _first(said, "do_not_call")
    for sentence in _agent_after(asked, said):
        pushes = "pitches_on" in sentence.cues or "asks_what_to_remove" not in sentence.cues
        if sentence.asks and pushes:
            why = "goes on after the customer asked not to be called"
            yield _breach("do_not_call_ignored", sentence, why)


def _pitches_to_wrong_number(said: Sequence[Sentence]) -> Iterator[Breach]:
    told = _first(said, "wrong_number")
    if told is None or told.place >= _WRONG_NUMBER_WITHIN:
        return
    for sentence in _agent_after(told, said):
        turn = " ".join(other.words for other in said if other.place == sentence.place)
        if sentence.asks and "checks_the_number" not in cues().match(turn):
            yield _breach("wrong_number_pitch", sentence, "sells to somebody it did not ring")


def _refuses_supervisor(said: Sequence[Sentence]) -> Iterator[Breach]:
    wanted = _first(said, "supervisor_wanted")
    for sentence in _agent_after(wanted, said, within=_TURNS_TO_REFUSE):
        if "refuses_supervisor" in sentence.cues:
            yield _breach(
                "supervisor_refused", sentence, "keeps a supervisor from who asks for one"
            )


def _asks_for_card(said: Sequence[Sentence]) -> Iterator[Breach]:
    for sentence in by("agent", said):
        wanted = sentence.asks or "wants_it_now" in sentence.cues
        asks = "asks_for_card" in sentence.cues and "declines_card" not in sentence.cues
        if asks and wanted:
            yield _breach("card_on_call", sentence, "asks for card or bank numbers on the call")


def presses(sentence: Sentence) -> bool:
    """Whether it claims that the customer has to decide at once, or alone."""
    return "presses" in sentence.cues or {"only_today", "names_a_price"} <= sentence.cues


def _presses(said: Sequence[Sentence]) -> Iterator[Breach]:
    vulnerable = _first(said, "vulnerable")
    for sentence in by("agent", said):
        if sentence.asks or not presses(sentence):
            continue
        if vulnerable is not None and vulnerable.place < sentence.place:
            yield _breach("pressure_vulnerable", sentence, "presses somebody who is vulnerable")
        else:
            yield _breach("pressure", sentence, "presses for a decision by a claimed deadline")


def _advises_badly(said: Sequence[Sentence]) -> Iterator[Breach]:
    for sentence in by("agent", said):
        if "bad_advice" in sentence.cues:
            yield _breach("bad_advice", sentence, "tells the customer to ignore an obligation")


_GATES: tuple[_Gate, ...] = (
    _sells_after_do_not_call,
    _pitches_to_wrong_number,
    _refuses_supervisor,
    _asks_for_card,
    _presses,
    _advises_badly,
)


def _first(said: Sequence[Sentence], cue: str) -> Sentence | None:
    return next((sentence for sentence in by("customer", said) if cue in sentence.cues), None)


def _agent_after(
    told: Sentence | None, said: Sequence[Sentence], within: int | None = None
) -> Iterator[Sentence]:
    for sentence in by("agent", said):
        if told is None or sentence.place <= told.place:
            continue
        if within is None or sentence.place <= told.place + within:
            yield sentence


def _breach(kind: str, sentence: Sentence, why: str) -> Breach:
    return Breach(kind=kind, turn=sentence.place, quote=sentence.text, why=why)
