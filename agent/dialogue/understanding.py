"""What the caller meant: hard rules, then the answer that was asked for, then likeness.

text -> hard phrases -> slot or yes/no that was asked for -> nearest examples -> tie-break
        (override all)   (only without a better reading)     (stage's labels)   (model, if any)
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from agent.dialogue import slots
from agent.dialogue.classifier import Calibration, ExampleClassifier, Scored
from agent.dialogue.language_model import LanguageModel
from agent.dialogue.playbook import Intent, Playbook, Slot, SlotType, Stage
from agent.dialogue.retrieval import LineBank
from agent.dialogue.rules import Cues, HardRules, is_question, normalise
from agent.dialogue.values.vocabulary import is_spelled
from agent.speech.protocols import SentenceEncoder

AFFIRM, DENY, REPEAT, INFORM, NONE = "affirm", "deny", "repeat", "inform", "none"

Source = Literal["rule", "expected", "embedding", "language_model", "none"]

# Below this the caller is asked whether that was meant, rather than misunderstood.
DEFAULT_THRESHOLD = 0.7
# Below this a guess is not even worth a question.
_PLAUSIBLE = 0.35
# An answer to an open question yields only to something that is surely not an answer.
_OVER_ANSWER = 0.75
# Nobody asked for a yes or a no: more words than these around it make it something else.
_MAX_EXTRA_WORDS = 2
# Margins this small are worth a second opinion; wider ones are decided.
_TIE_MARGIN = 0.06
_TIE_LABELS = 3
# A calibrated confidence from which the end of the words need not be waited for.
_SURE = 0.8
_STRICT_SLOTS = frozenset({SlotType.POSTCODE, SlotType.PHONE, SlotType.EMAIL, SlotType.DATE})
# A day or a sum is what was asked for, unless it comes in a question.
_PLAIN_SLOTS = frozenset({SlotType.APPOINTMENT, SlotType.MONEY})


@dataclass(frozen=True, slots=True)
class Understanding:
    """A caller's turn as the strategy sees it.

    `intent` is an intent of the playbook, "inform" (only slots), or "none"; with an `objection` it
    is "objection". `margin` is the lead over the second best label (0 to 1). `second` is another
    value that the slot asked for may have been given. `guess` is the most likely label where none
    was likely enough and this one is worth asking about. `ranked` has the labels that came closest.
    """

    intent: str
    confidence: float = 1.0
    margin: float = 1.0
    slots: Mapping[str, str] = field(default_factory=dict)
    objection: str | None = None
    source: Source = "none"
    incomplete: frozenset[str] = frozenset()
    second: str | None = None
    guess: str | None = None
    ranked: tuple[Scored, ...] = field(default=(), compare=False)

    @property
    def sure(self) -> bool:
        """Whether more words would hardly change it."""
        certain = self.source in ("rule", "expected") or self.confidence >= _SURE
        return certain and self.intent != NONE and not self.incomplete


class Understander:
    """Understands turns for one playbook; shared by all calls, holds no call's state.

    `lines` finds lines by the same sentence vectors. `examples` encodes what the playbook says
    instead of `encoder`, which then sees only callers' words: its vectors may be kept.
    """

    def __init__(
        self,
        playbook: Playbook,
        encoder: SentenceEncoder,
        *,
        language_model: LanguageModel | None = None,
        calibration: Calibration | None = None,
        threshold: float = DEFAULT_THRESHOLD,
        examples: SentenceEncoder | None = None,
    ) -> None:
        self.lines = LineBank(playbook, encoder, examples)
        self._playbook = playbook
        self._rules = HardRules(playbook.intents)
        self._language_model = language_model
        self._calibration = calibration or Calibration()
        self._threshold = threshold
        self._objections = {objection.id for objection in playbook.objections}
        said = {intent.id: intent.examples for intent in playbook.intents}
        said |= {objection.id: objection.triggers for objection in playbook.objections}
        self._examples = {label: tuple(map(normalise, texts)) for label, texts in said.items()}
        phrases = {intent.id: intent.phrases for intent in playbook.intents if not intent.hard}
        phrases |= {objection.id: objection.phrases for objection in playbook.objections}
        self._cues = Cues(phrases)
        self._classifier = ExampleClassifier(encoder, self._examples, examples or encoder)
        self._fills = {intent.id: intent.fills for intent in playbook.intents if intent.fills}
        self._allowed = {stage.id: self._stage_labels(stage) for stage in playbook.stages}

    def understand(
        self,
        text: str,
        stage: str,
        expects: str | None = None,
        known: Mapping[str, str] | None = None,
        today: date | None = None,
        *,
        bounded: str = "",
        denied: Collection[str] = (),
    ) -> Understanding:
        """Read a turn in a stage; `expects` is "yes_no", "slot:<id>" or None.

        `known` holds slots already filled, for values given in parts; dates count from `today`.
        `bounded` is the turn heard with the words of the answer alone, `denied` are values of the
        slot that the caller has said no to.
        """
        words = normalise(text)
        asked = expects.removeprefix("slot:") if expects and expects.startswith("slot:") else None
        slot = self._playbook.slots[asked] if asked else None
        if not words:
            return Understanding(NONE, 0.0, 0.0)
        digits_asked = slot is not None and slot.type in _STRICT_SLOTS
        hard = self._rules.match(words, digits_asked=digits_asked)
        if hard is not None:
            return Understanding(hard, source="rule")
        mentioned = self._mentioned(words, asked)
        if asked is not None and slot is not None:
            previous = (known or {}).get(asked)
            # An address holds names that no vocabulary has; spelled, it is in one.
            spelled = slot.type is not SlotType.EMAIL or is_spelled(bounded)
            free = slot.type is SlotType.APPOINTMENT or not spelled
            order = (words, bounded) if free else (bounded, words)
            read = [slots.parse(slot, said, previous, today=today) for said in order if said]
            found = [p for p in read if p is not None and p.value not in denied]
            found.sort(key=lambda parsed: not parsed.complete)
            first = next(iter(found), None)
            heard = self._answer(asked, slot, words, stage, mentioned, first)
            others = [p.value for p in found[1:] if p.complete and p.value != found[0].value]
            return replace(heard, second=next(iter(others), None))
        answer = self._yes_or_no(words, stage, mentioned, expected=expects == "yes_no")
        return self._filled(answer or self._classified(words, stage, mentioned), words, today)

    def _filled(self, heard: Understanding, words: str, today: date | None) -> Understanding:
        """With the value that the same words give for what the intent leads to asking."""
        slot_id = self._fills.get(heard.intent)
        if slot_id is None:
            return heard
        parsed = slots.parse(self._playbook.slots[slot_id], words, today=today)
        if parsed is None or not parsed.complete:
            return heard
        return replace(heard, slots={**heard.slots, slot_id: parsed.value})

    def labels(self, stage: str) -> frozenset[str]:
        """The labels a stage listens for."""
        return self._allowed[stage]

    def _stage_labels(self, stage: Stage) -> frozenset[str]:
        exits = {way.on for way in stage.exits}
        intents = {
            intent.id for intent in self._playbook.intents if _listens(intent, stage.id, exits)
        }
        return frozenset(intents | (self._objections if stage.objections else set()))

    def _answer(
        self,
        asked: str,
        slot: Slot,
        words: str,
        stage: str,
        mentioned: dict[str, str],
        parsed: slots.Parsed | None,
    ) -> Understanding:
        if parsed is not None and slot.type in _STRICT_SLOTS:
            return Understanding(INFORM, slots={asked: parsed.value}, source="expected")
        if parsed is not None and slot.type in _PLAIN_SLOTS and not is_question(words):
            return _answered(asked, parsed, mentioned)
        other = self._classified(words, stage, mentioned)
        # A no to an open question is an answer to it ("nothing", "nobody").
        if other.intent not in (NONE, INFORM, AFFIRM, DENY) and (
            other.confidence >= _OVER_ANSWER or is_question(words)
        ):
            return other
        if parsed is None or (other.guess is not None and is_question(words)):
            plausible = other.intent == REPEAT or other.guess is not None
            return other if plausible else Understanding(NONE, 0.0, 0.0, mentioned)
        return _answered(asked, parsed, mentioned)

    def _yes_or_no(
        self, words: str, stage: str, mentioned: dict[str, str], *, expected: bool
    ) -> Understanding | None:
        answer = slots.yes_no(words)
        if answer is None or not {AFFIRM, DENY} & self._allowed[stage]:
            return None
        if answer.other_words:
            other = self._classified(words, stage, mentioned)
            if other.intent not in (NONE, INFORM):
                return other
            # Better ask than take "yes but is there a fee" for a yes.
            if other.guess is not None and answer.other_words > _MAX_EXTRA_WORDS:
                return other
            # Words around it that mean nothing: only a yes or no up front is then an answer.
            if not answer.leads or (not expected and answer.other_words > _MAX_EXTRA_WORDS):
                return other
        return Understanding(AFFIRM if answer.yes else DENY, slots=mentioned, source="expected")

    def _classified(self, words: str, stage: str, mentioned: dict[str, str]) -> Understanding:
        ranked = self._classifier.rank(words, self._allowed[stage], self._cues.match(words))
        if not ranked:
            return Understanding(NONE, 0.0, 0.0, mentioned)
        heard = self._likeliest(words, ranked, mentioned)
        return replace(heard, ranked=tuple(ranked[:_TIE_LABELS]))

    def _likeliest(
        self, words: str, ranked: Sequence[Scored], mentioned: dict[str, str]
    ) -> Understanding:
        best = ranked[0]
        margin = best.score - ranked[1].score if len(ranked) > 1 else 1.0
        confidence = self._calibration.confidence(best.score, margin)
        source: Source = "embedding"
        if self._language_model is not None and margin < _TIE_MARGIN:
            best, confidence = self._tie_break(words, ranked[:_TIE_LABELS], confidence)
            source = "language_model"
        if confidence < self._threshold:
            # An unsure yes or no is nothing to ask about: the question itself is asked again.
            worth_asking = confidence >= _PLAUSIBLE and best.label not in (AFFIRM, DENY)
            guess = best.label if worth_asking else None
            intent = INFORM if mentioned else NONE
            return Understanding(intent, confidence, margin, mentioned, source=source, guess=guess)
        if best.label in self._objections:
            return Understanding("objection", confidence, margin, mentioned, best.label, source)
        return Understanding(best.label, confidence, margin, mentioned, source=source)

    def _tie_break(
        self, words: str, ranked: Sequence[Scored], confidence: float
    ) -> tuple[Scored, float]:
        assert self._language_model is not None  # noqa: S101  the caller has looked
        options = [self._examples[item.label][0] for item in ranked]
        prompt = f'Caller: "{words}"\nWhich sentence means the same?'
        index, probability = self._language_model.choose(prompt, options)
        return ranked[index], max(confidence, probability)

    def _mentioned(self, words: str, asked: str | None) -> dict[str, str]:
        found = {}
        for slot_id, slot in self._playbook.slots.items():
            if slot.anywhere and slot_id != asked:
                value = slots.mentioned(slot, words)
                if value is not None:
                    found[slot_id] = value
        return found


def _answered(asked: str, parsed: slots.Parsed, mentioned: Mapping[str, str]) -> Understanding:
    partly = frozenset() if parsed.complete else frozenset({asked})
    return Understanding(
        INFORM, slots={**mentioned, asked: parsed.value}, source="expected", incomplete=partly
    )


def _listens(intent: Intent, stage: str, exits: set[str]) -> bool:
    if intent.only_in:
        return stage in intent.only_in
    return intent.then is not None or intent.id in exits or intent.id in (REPEAT, AFFIRM, DENY)
