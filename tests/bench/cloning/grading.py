"""How well agents are ranked, calls chosen and breaches seen.

    python -m tests.bench.cloning.grading [--corpus FOLDER] [--as-recognised]

Transcripts are redacted first, as in the product. `--as-recognised` takes case and punctuation away
first, as a recogniser's text has none. `tests.bench.scoring` measures how criteria are scored.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import spearmanr

from agent.cloning.domain.names import company_of
from agent.cloning.engines import Engines
from agent.cloning.grade.endings import contradiction
from agent.cloning.grade.judged import JudgedCall, judge
from agent.cloning.grade.ranking import rank
from agent.cloning.grade.step import graded
from agent.cloning.grades import Grades
from agent.cloning.redact.plain import redact_all
from agent.config import Settings
from tests.bench.cloning.corpus import LARKFIELD, Corpus, read_corpus
from tests.bench.cloning.redaction import without_case

_SPEARMAN = 0.8


@dataclass(frozen=True, slots=True)
class Graded:
    """A corpus with its key, and what was made of it."""

    corpus: Corpus
    judged: list[JudgedCall]
    grades: Grades


def grade_corpus(folder: Path, *, as_recognised: bool = False) -> Graded:
    """Redacted and graded in memory."""
    corpus = read_corpus(folder)
    grammar = Engines(Settings()).grammar
    said = without_case(corpus.conversations) if as_recognised else corpus.conversations
    redacted = redact_all(said, corpus.calls, grammar)
    material = Corpus(corpus.calls, redacted, corpus.truth).material()
    company = company_of(material)
    name = company.name if company else ""
    judged = [judge(call, redacted[call.id], name) for call in corpus.calls.values()]
    return Graded(corpus, judged, graded(judged, rank(judged), "en"))


def main() -> None:
    """Print each figure against its bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=LARKFIELD)
    parser.add_argument("--as-recognised", action="store_true")
    options = parser.parse_args()
    folder = options.corpus
    found = grade_corpus(folder, as_recognised=options.as_recognised)
    for line in (*_ranking(found), *_chosen(found), *_breaches(found), *_outcomes(found)):
        print(line)


def _ranking(found: Graded) -> Iterator[str]:
    truth = {row["agent_id"]: row for row in found.corpus.truth["agent_ranking"]}
    ranked = [agent for agent in found.grades.agents if agent.agent in truth]
    rho = spearmanr([-a.rank for a in ranked], [truth[a.agent]["win_rate"] for a in ranked])
    top = {agent.agent for agent in ranked if agent.tier == "top"}
    wanted = {agent for agent, row in truth.items() if row.get("tier") == "top"}
    yield f"agents ranked, Spearman: {rho.statistic:.2f} (bar {_SPEARMAN})"
    yield f"top set: {sorted(top)} (key: {sorted(wanted)})"
    for agent in found.grades.agents:
        yield (
            f"    {agent.rank} {agent.agent} {agent.tier}: {agent.won} of {agent.decided}, "
            f"{agent.low:.0%} to {agent.high:.0%}, rubric {agent.quality:.0%}, trust {agent.trust}"
        )


def _chosen(found: Graded) -> Iterator[str]:
    excluded = {row["call_id"] for row in found.corpus.truth["exclude_from_cloning"]}
    lines = found.grades.used_for("lines")
    yield f"calls used for lines: {len(lines)} of {len(found.grades.calls)}"
    yield f"calls to leave out, used for lines: {sorted(lines & excluded)} (bar: none)"
    yield f"    used for contrast: {sorted(found.grades.used_for('contrast') & excluded)}"


def _breaches(found: Graded) -> Iterator[str]:
    key = {row["call_id"] for row in found.corpus.truth.get("compliance_breaches", ())}
    seen = {grade.call for grade in found.grades.calls if grade.breaches}
    wrong = {row["call_id"] for row in found.corpus.truth.get("wrong_facts", ())}
    yield f"calls with a breach: {len(seen & key)} of {len(key)} seen; also {sorted(seen - key)}"
    yield f"    of these in the key for wrong facts: {sorted((seen - key) & wrong)}"


def _outcomes(found: Graded) -> Iterator[str]:
    key = {row["call_id"] for row in found.corpus.truth.get("crm_outcome_errors", ())}
    told = {j.call.id for j in found.judged if contradiction(j.call, j.ending)}
    yield f"wrong outcomes in the table: {len(told & key)} of {len(key)}; also {sorted(told - key)}"


if __name__ == "__main__":
    main()
