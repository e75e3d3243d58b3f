"""Findings in words: what may be concluded, what may not, and all of it as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from agent.evaluation.agreement.statistics import Estimate
from agent.evaluation.blindtest.findings import FEWEST_CLUSTERS, Findings, GroupFinding, shown
from agent.evaluation.blindtest.rating_page import GROUPS
from agent.evaluation.comparison.told import probability

_FEW_SCENARIOS = 10
_SHOWN = 3
_MEDIA = {
    "text": "transcripts", "revoiced": "calls spoken anew by the same voices",
    "recordings": "recordings as they are",
}  # fmt: skip


def verdict(findings: Findings) -> tuple[str, ...]:
    """What was found: the conclusion first, then what it has to be read with."""
    return tuple(_verdict(findings))


def _verdict(findings: Findings) -> Iterator[str]:
    if not findings.rated:
        yield "No pair of calls was rated on both sides: there is nothing to compare yet."
        return
    if findings.missing:
        yield (
            f"This is not final: {findings.rated} of {findings.pairs} pairs are rated on both "
            "sides, and something is missing."
        )
        yield " ".join(findings.missing[:_SHOWN])
    agreement = findings.agreement.overall
    if agreement.value is None:
        yield (
            "Whether the raters agree can't be told: no criterion was scored by both with scores "
            "that differ from call to call. No conclusion is drawn."
        )
    elif not findings.raters_agree:
        yield (
            f"The raters do not agree ({kappa(agreement)}, "
            f"{findings.protocol.least_agreement} was asked for): no conclusion is drawn from "
            "their scores. Let them score some calls together, and rate again."
        )
    else:
        yield from _concluded(findings)
    yield from _told_apart(findings)


def _concluded(findings: Findings) -> Iterator[str]:
    by_group = {one.group: one for one in findings.against[0].groups}
    primary = by_group.get(findings.protocol.primary)
    if primary is None:
        yield (
            f"{GROUPS[findings.protocol.primary]}, the primary endpoint, came up in no pair: "
            "nothing is concluded on it."
        )
    else:
        yield f"{GROUPS[primary.group]} (primary): {conclusion(findings, primary)}"
        yield from _by_tier(findings)
    for one in findings.against[0].groups:
        if one is not primary:
            yield f"{GROUPS[one.group]}: {conclusion(findings, one)}"


def _by_tier(findings: Findings) -> Iterator[str]:
    """The primary group against people of each tier; no test of its own is passed by it."""
    for against in findings.against[1:]:
        for one in against.groups:
            agreed = findings.agrees(findings.agreement.groups[one.group])
            if one.group == findings.protocol.primary and agreed:
                found = one.difference
                yield (
                    f"Against {against.whom} ({found.pairs} pairs): {found.change:+.2f} "
                    f"({found.low:+.2f} to {found.high:+.2f})."
                )


def conclusion(findings: Findings, one: GroupFinding) -> str:
    """A group in a sentence."""
    protocol, found = findings.protocol, one.difference
    agreement = findings.agreement.groups[one.group]
    if not findings.agrees(agreement):
        return f"no conclusion, since the raters do not agree on it ({kappa(agreement)})."
    p = found.p if one.group == protocol.primary else found.p_holm
    size = f"{found.change:+.2f} ({found.low:+.2f} to {found.high:+.2f}), p {probability(p)}"
    if shown(one, protocol):
        said = f"the agent is {'better' if found.change > 0 else 'worse'}: {size}."
    else:
        said = f"no difference is shown: {size}."
    if one.group in protocol.not_worse:
        close = one.at_worst is not None and one.at_worst > -protocol.margin
        worst = "too few pairs" if one.at_worst is None else f"at worst {one.at_worst:+.3f}"
        said += (
            f" That it is worse by less than {protocol.margin:.2f}, if at all, is "
            f"{'shown' if close else 'not shown'} ({worst})."
        )
    return said


def _told_apart(findings: Findings) -> Iterator[str]:
    if not findings.guesses:
        return
    rate = findings.guesses[0]
    told = (
        f"{rate.right} of {rate.total} guesses 'human or AI?' were right ({rate.rate:.0%}, "
        f"{rate.low:.0%} to {rate.high:.0%}, p {probability(rate.p)})"
    )
    if findings.could_tell:
        yield f"The test was not blind: {told}. Read the scores by what raters believed."
    else:
        yield f"Raters could not be shown to tell agent from human: {told}."


def notes(findings: Findings) -> tuple[str, ...]:
    """How it was computed, for whoever checks it."""
    protocol = findings.protocol
    cut = " Sentences on machine or person were cut from both." if protocol.disclosure_cut else ""
    told = [
        f"Raters judged {_MEDIA[protocol.medium]}.{cut}",
        f"Laid down before the rating: the primary endpoint is the mean of {protocol.primary}, by "
        f"its own p; the other groups go by Holm's correction over all five; alpha "
        f"{protocol.alpha}, margin {protocol.margin} (one-sided), least agreement "
        f"{protocol.least_agreement}.",
        "A group's score is the share of full marks on its criteria that came up: means of the two "
        "raters, the third's where they were two points apart; where one says NA the "
        "other's score counts.",
        "A difference counts as shown where Wilcoxon's signed ranks show it and the interval "
        "leaves out 0: the test takes pairs for independent, the interval is a bootstrap that "
        "draws whole scenarios. The rank effect is the matched-pairs rank-biserial correlation, d "
        "the mean difference over its SD.",
        "What so many pairs can show is reckoned for Wilcoxon's test and independent pairs; where "
        "those of a scenario go together it takes more.",
        "A pair of calls is alike in what was said of it, and not the same customer: people and "
        "agent chose none of their calls by lot.",
    ]
    clusters = findings.against[0].clusters
    if clusters < FEWEST_CLUSTERS:
        told.append(f"With {clusters} scenarios only, the intervals draw pairs instead.")
    elif clusters < _FEW_SCENARIOS:
        told.append(f"With {clusters} scenarios only, the intervals are rather too narrow.")
    return tuple(told)


def kappa(estimate: Estimate) -> str:
    """A mean weighted kappa with its interval."""
    if estimate.value is None:
        return "kappa undefined"
    if estimate.low is None or estimate.high is None:
        return f"kappa {estimate.value:.2f}"
    return f"kappa {estimate.value:.2f}, {estimate.low:.2f} to {estimate.high:.2f}"


def as_json(findings: Findings) -> dict[str, Any]:
    """Everything that the report shows, unrounded."""
    return {
        "verdict": list(verdict(findings)),
        "notes": list(notes(findings)),
        "raters_agree": findings.raters_agree,
        "could_tell": findings.could_tell,
        "conclusions": {
            one.group: conclusion(findings, one) for one in findings.against[0].groups
        } if findings.raters_agree else {},
        "protocol": findings.protocol.model_dump(mode="json"),
        **{
            name: value
            for name, value in asdict(findings).items()
            if name != "protocol"
        },
    }  # fmt: skip
