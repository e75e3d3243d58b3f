"""What a composed playbook is worth before a person has looked at it.

    python -m tests.bench.cloning.composed PROJECT [--calls 200]

Of a clone project's 7-compose/playbook.yaml: lint, what is personal in anything that may be said or
is kept as an example, quotes of its provenance that do not stand in the turn they name, lines that
the guard of live calls would stop, and simulated calls by the product's test callers: their
endings, what was wrong in them, and how many lines were of the recordings.
"""

import argparse
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from agent.cloning.archive import recorded_calls, redacted_conversations
from agent.cloning.compose.composition import Provenance
from agent.cloning.engines import Engines
from agent.cloning.project import Project
from agent.cloning.redact.residual import residual
from agent.config import Settings
from agent.dialogue.guard import Guard
from agent.dialogue.lint import lint
from agent.dialogue.loader import load_with_source
from agent.dialogue.playbook import VARIABLE, Playbook, render
from agent.dialogue.understanding import Understander
from tests.simulation.calls import simulate


def personal(book: Playbook) -> list[str]:
    """Parts of lines and examples that may be somebody's."""
    own = frozenset(
        word.lower() for text in (*book.names, book.persona.name, book.persona.company)
        for word in text.split()
    )  # fmt: skip
    said = [text for line in book.lines.values() for text in line.texts]
    said += [text for intent in book.intents for text in intent.examples]
    said += [text for objection in book.objections for text in objection.triggers]
    return [
        f"{part!r} in {text!r}" for text in said for part in residual(VARIABLE.sub("", text), own)
    ]


def misquoted(project: Project, provenance: Provenance) -> list[str]:
    """Quotes that are not literally in the turn that they name."""
    talks = redacted_conversations(project, recorded_calls(project))
    wrong = []
    for place, origin in provenance.origins.items():
        for item in origin.evidence:
            turns = talks[item.call].turns if item.call in talks else ()
            if item.turn >= len(turns) or item.quote not in turns[item.turn].text:
                wrong.append(f"{place}: {item.quote!r}")
    return wrong


def stopped(book: Playbook) -> list[str]:
    """Lines that a live call's guard would not let pass."""
    guard, known = Guard(book), book.variables({})
    texts = [
        (name, render(text, known)) for name, line in book.lines.items() for text in line.texts
    ]
    return [f"{name}: {text!r}" for name, text in texts if text and guard.check(text, ())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    project = Project.open(options.project)
    loaded = load_with_source(project.folder("compose") / "playbook.yaml")
    book = loaded.playbook
    findings = lint(loaded, today=datetime.now(UTC).date())
    errors = [str(finding) for finding in findings if finding.severity == "error"]
    provenance = project.read("compose", "provenance.yaml", Provenance)
    of_calls = [place for place in provenance.origins if place.startswith("lines.")]
    print(f"{book.playbook.title}: {len(book.lines)} lines, {len(of_calls)} of them from calls")
    for what, found in (
        ("lint errors (bar 0)", errors),
        ("lint warnings", [str(f) for f in findings if f.severity != "error"]),
        ("personal data (bar 0)", personal(book)),
        ("quotes not literal (bar 0)", misquoted(project, provenance)),
        ("lines the guard stops (bar 0)", stopped(book)),
    ):
        print(f"{what:<32}{len(found)}", *found, sep="\n    " if found else "")
    understander = Understander(book, Engines(Settings()).encoder)
    calls = list(simulate(book, understander, range(options.calls)))
    faults = [fault for call in calls for fault in call.faults]
    print(
        f"{'faults in simulated calls':<32}{len(faults)} in {len(calls)}",
        *faults[:10],
        sep="\n    ",
    )
    endings = Counter(call.disposition or call.ending for call in calls)
    print("endings:", ", ".join(f"{what} {count}" for what, count in endings.most_common()))


if __name__ == "__main__":
    main()
