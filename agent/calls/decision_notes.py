"""A decision as its event tells it: labels, numbers and ids, none of the caller's words."""

from dataclasses import asdict
from typing import Any

from agent.dialogue.reply import Continue, Reply, Transfer


def decision_told(reply: Reply) -> dict[str, Any]:
    """JSON-able: what was understood and what else was close, the rule, the way, the lines.

    Of slots only the names: their values are in the call's row, and may be taken back there.
    """
    grounds, heard = reply.grounds, reply.understanding
    told: dict[str, Any] = {"rule": grounds.rule, "stage": grounds.stage, "to": reply.stage}
    if heard is not None:
        told |= {
            "intent": heard.objection or heard.intent,
            "source": heard.source,
            "confidence": round(heard.confidence, 3),
            "guess": heard.guess,
            "close": [[one.label, round(one.score, 3)] for one in heard.ranked],
            "slots": sorted(heard.slots),
        }
    if isinstance(reply.action, Transfer):
        told |= {"action": "transfer", "queue": reply.action.queue, "reason": reply.action.reason}
    elif not isinstance(reply.action, Continue):
        told["action"] = "hang up"
    told["lines"] = [asdict(choice) for choice in grounds.lines]
    told["refused"] = [asdict(refusal) for refusal in grounds.refused]
    return told
