"""What a simulated customer takes in of an agent's turn, when the agent runs a playbook."""

import re
from collections.abc import Mapping

import numpy as np

from agent.dialogue.playbook import VARIABLE, Playbook
from agent.dialogue.reply import Continue, Reply
from agent.evaluation.customers.mind import Heard
from agent.evaluation.customers.persona import Reason
from agent.speech.protocols import SentenceEncoder

# Urgency that no fact stands behind, as any caller knows it.
_PRESSURE = re.compile(
    r"\b(today only|only today|last chance|right now or|before it'?s gone|won'?t get (that|this) "
    r"again|you'?d be (mad|silly|stupid)|trust me|act now)\b",
    re.IGNORECASE,
)
# Below it a reason is none of the playbook's objections.
_SAME_REASON = 0.35


class Ears:
    """One customer's hearing of one playbook's agent."""

    def __init__(self, playbook: Playbook, meant: Mapping[Reason, str]) -> None:
        """`meant`: which of the playbook's objections each reason is, where it is one."""
        self._playbook = playbook
        self._meant = meant
        # A line that acknowledges is no answer by being named as one, too: the first step wins.
        self._steps = {
            line: (objection.id, step)
            for objection in playbook.objections
            for step in ("re_ask", "answer", "clarify", "acknowledge")
            for line in getattr(objection, step)
        }
        self._closing = {stage.id for stage in playbook.stages if stage.closing}
        self._before = ""

    def hear(self, reply: Reply, reason: Reason | None) -> Heard:
        """The turn, to a customer who is waiting for an answer to `reason`."""
        ids = [line.line_id for line in reply.lines]
        text = " ".join(line.text for line in reply.lines)
        steps = {self._steps[line] for line in ids if line in self._steps}
        wanted = self._meant.get(reason) if reason is not None else None
        met = {step for objection, step in steps if objection == wanted}
        asks = text.rstrip().endswith("?")
        repeated, self._before = text == self._before, text
        return Heard(
            asked=reply.expects or ("open" if asks else ""),
            introduced=self._playbook.compliance.ai_disclosure in ids,
            acknowledged="acknowledge" in {step for _, step in steps},
            clarified="clarify" in met,
            answered="answer" in met,
            facts=sum(self._has_fact(line) for line in ids),
            benefit=any(self._has_slot(line) for line in ids),
            asks_to_buy=asks and reply.stage in self._closing,
            pressed=bool(_PRESSURE.search(text)),
            repeated=repeated,
            words=len(text.split()),
            over=not isinstance(reply.action, Continue),
        )

    def _has_fact(self, line_id: str) -> bool:
        return bool(
            self._variables(line_id) & (set(self._playbook.facts) | set(self._playbook.derived))
        )

    def _has_slot(self, line_id: str) -> bool:
        return bool(self._variables(line_id) & set(self._playbook.slots))

    def _variables(self, line_id: str) -> set[str]:
        line = self._playbook.lines.get(line_id)
        return set() if line is None else {v for text in line.texts for v in VARIABLE.findall(text)}


def reasons_meant(
    playbook: Playbook, phrases: Mapping[Reason, tuple[str, ...]], encoder: SentenceEncoder
) -> dict[Reason, str]:
    """Which of the playbook's objections each reason is, by what customers say for both."""
    if not playbook.objections:
        return {}
    means: dict[Reason, str] = {}
    known = [
        encoder.encode([one.description, *one.triggers]).mean(axis=0) for one in playbook.objections
    ]
    for reason, said in phrases.items():
        wanted = encoder.encode(list(said)).mean(axis=0)
        alike = [
            float(wanted @ one / np.linalg.norm(one) / np.linalg.norm(wanted)) for one in known
        ]
        best = int(np.argmax(alike))
        if alike[best] >= _SAME_REASON:
            means[reason] = playbook.objections[best].id
    return means
