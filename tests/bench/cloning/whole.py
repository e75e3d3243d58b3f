"""Recordings to a playbook as a user does it, against the key:

    python -m tests.bench.cloning.whole [CORPUS ...] [--keep FOLDER]

Each corpus goes through `understudy clone run`, all steps, with nothing given by hand but where the
files are. What is measured is read from the project's own files.
"""

import argparse
import datetime
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scipy.stats import spearmanr

from agent.cloning.grades import Grades
from agent.cloning.mined import Facts, Talk
from agent.cloning.project import Project
from agent.dialogue.lint import lint
from agent.dialogue.loader import load_with_source
from tests.bench.cloning import facts_key, objections
from tests.bench.cloning.corpus import LARKFIELD, read_corpus

_CORPORA = Path(__file__).parent / "corpora"


@dataclass(frozen=True, slots=True)
class Source:
    """What a user gives, and where the key is."""

    recordings: Path
    table: Path
    plain: Path


def _all() -> list[str]:
    return ["larkfield", *sorted(folder.name for folder in _CORPORA.iterdir())]


def source_of(name: str) -> Source:
    """One of the corpora."""
    if name == "larkfield":
        return Source(LARKFIELD, LARKFIELD / "calls.csv", LARKFIELD)
    recorded = _CORPORA / name / "as_recorded"
    (table,) = recorded.glob("*.[ct]sv")
    return Source(recorded, table, _CORPORA / name / "plain")


def main() -> None:
    """Clone each corpus and print every figure against its bar."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpora", nargs="*", default=_all())
    parser.add_argument("--keep", type=Path, help="leave the projects in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.corpora:
            root = (options.keep or Path(scratch)) / name
            print(f"\n{name}: {_clone(source_of(name), root):.0f} s")
            for line in measured(Project.open(root), source_of(name), name):
                print(f"  {line}")


def _clone(source: Source, root: Path) -> float:
    """Seconds it took."""
    command = [sys.executable, "-m", "agent.cli", "clone", "run", str(source.recordings)]
    started = time.monotonic()
    subprocess.run([*command, "--calls", str(source.table), "-p", str(root)], check=True)
    return time.monotonic() - started


def measured(project: Project, source: Source, name: str) -> Iterator[str]:
    """The figures of a project, a line each."""
    corpus = read_corpus(source.plain)
    truth = corpus.truth
    facts = project.read("mine", "facts.yaml", Facts)
    talk = project.read("mine", "talk.yaml", Talk)
    grades = project.read("grade", "grades.json", Grades)
    key = facts_key.with_turns(truth["facts"], corpus)
    found = facts_key.score(facts.facts, key, truth, name, calls=tuple(corpus.conversations))
    yield f"facts: recall {found.recall:.2f} (0.95), precision {found.precision:.2f} (0.98)"
    for fact in found.wrong:
        yield f"    wrong: {fact.id}: {fact.spoken}: {fact.statement[:80]}"
    for missed in found.missed:
        yield f"    missed: {missed['name']}: {missed['statement'][:80]}"
    yield from _wrong_claims(truth, facts)
    yield from _ranking(truth, grades)
    met = objections.score(
        truth["objections"], talk.objections, {line.id: line for line in talk.lines}
    )
    yield (
        f"objections: {met.found} of {met.truth} found (90 %), "
        f"{met.clusters / max(1, met.found):.1f} clusters each (1.5), {met.strangers} of no key"
    )
    yield f"best line in the top 2: {met.best_strict} of {met.with_best} (80 %)"
    yield _purity(truth, talk)
    yield from _playbook(project, truth)


def _wrong_claims(truth: Mapping[str, Any], facts: Facts) -> Iterator[str]:
    told = {(one.evidence.call, one.evidence.turn) for one in facts.contradictions}
    told |= {
        (one.call, one.turn)
        for fact in facts.facts
        for dispute in fact.disputes
        for one in dispute.evidence
    }
    believed = {(one.call, one.turn) for fact in facts.facts for one in fact.evidence}
    wrong = [(row["call_id"], row["turn"]) for row in truth["wrong_facts"]]
    yield f"wrong claims flagged: {sum(at in told for at in wrong)} of {len(wrong)} (all)"
    for row in truth["wrong_facts"]:
        at = row["call_id"], row["turn"]
        if at not in told:
            also = ", and believed" if at in believed else ""
            yield f"    not flagged{also}: {at}: {row['quote'][:90]}"


def _ranking(truth: Mapping[str, Any], grades: Grades) -> Iterator[str]:
    rate = {row["agent_id"]: row["win_rate"] for row in truth["agent_ranking"]}
    ranked = [agent for agent in grades.agents if agent.agent in rate]
    rho = spearmanr([-agent.rank for agent in ranked], [rate[agent.agent] for agent in ranked])
    best = {row["agent_id"] for row in truth["agent_ranking"] if row.get("tier") == "top"}
    top = {agent.agent for agent in ranked if agent.tier == "top"}
    yield f"agents: Spearman {rho.statistic:.2f} (0.8), top set {'right' if top == best else top}"
    left_out = {row["call_id"] for row in truth["exclude_from_cloning"]}
    bad = sorted(grades.used_for("lines") & left_out)
    yield f"calls to leave out that lines were learned from: {len(bad)} (0) {bad or ''}"


def _purity(truth: Mapping[str, Any], talk: Talk) -> str:
    labels: dict[tuple[str, int], set[str]] = defaultdict(set)
    for intent in truth["intents"]:
        for place in intent["examples"]:
            labels[place["call_id"], place["turn"]].add(intent["id"])
    labelled = agreeing = 0
    for mined in talk.intents:
        places = [(one.call, one.turn) for one in mined.examples]
        counted = Counter(label for place in places for label in labels.get(place, ()))
        labelled += sum(place in labels for place in places)
        agreeing += max(counted.values(), default=0)
    return f"intents: purity {agreeing / max(1, labelled):.2f} of {labelled} labelled (0.85)"


def _playbook(project: Project, truth: Mapping[str, Any]) -> Iterator[str]:
    path = project.folder("compose") / "playbook.yaml"
    findings = lint(load_with_source(path), today=datetime.datetime.now(datetime.UTC).date())
    errors = sum(finding.severity == "error" for finding in findings)
    yield f"playbook: {errors} lint errors (0), {len(findings) - errors} warnings"
    decoys = " ".join(str(entry["quote"]) for entry in truth.get("pii_decoys", ())).lower()
    for folder in ("mine", "compose"):
        text = "\n".join(
            file.read_text("utf-8") for file in sorted(project.folder(folder).glob("*.yaml"))
        )
        left = {
            str(entry["text"])
            for entry in truth["pii"]
            if entry["type"] != "agent_name" and len(str(entry["text"])) > 2
            and re.search(rf"\b{re.escape(str(entry['text']))}\b", text)
            and str(entry["text"]).lower() not in decoys
        }  # fmt: skip
        yield f"personal data in the files of '{folder}': {len(left)} (0) {sorted(left) or ''}"


if __name__ == "__main__":
    main()
