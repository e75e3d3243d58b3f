"""All findings of one call, and the call in a few figures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from agent.diagnosis.case import Case
from agent.diagnosis.finding import Finding, Severity
from agent.diagnosis.limits import LIMITS, Limits
from agent.diagnosis.rules import RULES, Rule
from agent.records.report import CallReport, LatencySummary

_ANSWER = "end_of_speech_to_first_audio"
_ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a healthy call has, too; None where the record has nothing to measure it by."""

    turns: int
    answers: LatencySummary | None
    interruptions: int
    false_pauses: int
    packets_lost: float | None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A call and its findings, the worst first, then in order of time."""

    report: CallReport
    vitals: Vitals
    findings: tuple[Finding, ...]

    def as_dict(self) -> Mapping[str, Any]:
        """JSON-able: `call`, `outcome`, `ended_by`, `vitals` and `findings`."""
        call = self.report.call
        return {
            "call": call.id,
            "outcome": call.outcome,
            "ended_by": call.ended_by,
            "vitals": asdict(self.vitals),
            "findings": [asdict(finding) for finding in self.findings],
        }


def diagnose(
    report: CallReport, limits: Limits = LIMITS, rules: Sequence[Rule] = RULES
) -> Diagnosis:
    """Ask every rule."""
    case = Case(report)
    found = [finding for rule in rules for finding in rule(case, limits)]
    found.sort(key=lambda finding: (_ORDER[finding.severity], finding.at_s or 0.0))
    return Diagnosis(report, _vitals(case), tuple(found))


def _vitals(case: Case) -> Vitals:
    received, lost = case.media.get("packets_received", 0), case.media.get("lost", 0)
    return Vitals(
        turns=len(case.turns),
        answers=case.summary(_ANSWER),
        interruptions=len(case.events("barge_in_committed")),
        false_pauses=len(case.events("barge_in_resumed")),
        packets_lost=lost / (received + lost) if received else None,
    )
