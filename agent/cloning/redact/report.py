"""What was redacted, in numbers only: a report must not tell what it was."""

from collections import Counter
from collections.abc import Mapping, Sequence

from agent.cloning.pipeline import Problem
from agent.cloning.redact.company import Company
from agent.cloning.redact.spans import KINDS, Kind

_MEANINGS: dict[Kind, str] = {
    "PERSON": "names of customers and of people they mention",
    "AGENT": "names of staff",
    "PHONE": "telephone numbers and parts of them",
    "EMAIL": "e-mail addresses",
    "ADDRESS": "streets and houses",
    "POSTCODE": "postcodes",
    "CARD": "card numbers, security codes, expiry dates",
    "ACCOUNT": "bank accounts and sort codes",
    "REFERENCE": "references, policy and membership numbers, number plates",
    "SPELLED": "spelled words",
    "HEALTH": "health",
    "AGE": "ages and dates of birth",
}


def report_text(
    counts: Mapping[str, Counter[Kind]],
    cut_s: Mapping[str, float],
    company: Company,
    problems: Sequence[Problem],
) -> str:
    """`counts`: by call how often each kind was found; `cut_s`: by call the seconds of sound."""
    total = sum(counts.values(), Counter[Kind]())
    kinds = [kind for kind in KINDS if total[kind]]
    lines = ["# Redact\n", f"{total.total()} places in {len(counts)} calls.\n"]
    lines += ["| kind | what | places | calls |", "|---|---|---|---|"]
    lines += [
        f"| {kind} | {_MEANINGS[kind]} | {total[kind]} | "
        f"{sum(1 for found in counts.values() if found[kind])} |"
        for kind in kinds
    ]
    if cut_s:
        lines.append(f"\nSound: {sum(cut_s.values()):.0f} s cut in {len(cut_s)} recordings.")
    lines += [
        "\n## Left on purpose\n",
        "- prices, terms, quantities, dates and times of appointments, towns",
        "- freephone, shared-cost and emergency numbers, and the desk's own number",
        f"- numbers that agents tell several customers: {len(company.numbers)}",
        f"- words of illness that so many customers say that they are the trade: "
        f"{len(company.trade)}",
        "- the company's name and other companies'",
        "\n## By call\n",
        f"| call | {' | '.join(kinds)} | seconds of sound |",
        f"|---|{'---|' * len(kinds)}---|",
    ]
    for call in sorted(counts):
        places = " | ".join(str(counts[call][kind] or "") for kind in kinds)
        lines.append(f"| {call} | {places} | {cut_s[call]:.1f} |" if call in cut_s else
                     f"| {call} | {places} | |")  # fmt: skip
    lines += ["\n## Could not be done\n", *([f"- {problem}" for problem in problems] or ["-"])]
    return "\n".join(lines) + "\n"
