"""`understudy playbook`: for the person who writes a playbook, and the one who signs it off."""

import datetime
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from agent.command_line import JsonOption

app = typer.Typer(no_args_is_help=True, help="What the agent says.")

PlaybookArgument = Annotated[str, typer.Argument(help="A shipped playbook's name or a YAML file.")]


@app.command()
def lint(playbook: PlaybookArgument) -> None:
    """Check a playbook; status 1 if it has errors."""
    from agent.dialogue.lint import lint as check
    from agent.dialogue.loader import find_playbook, load_with_source

    today = datetime.datetime.now(datetime.UTC).date()
    findings = check(load_with_source(find_playbook(playbook)), today=today)
    for finding in findings:
        typer.echo(f"{finding.file}:{finding.line}: {finding.severity}: {finding.text}")
    errors = sum(finding.severity == "error" for finding in findings)
    typer.echo(f"{errors} errors, {len(findings) - errors} warnings")
    if errors:
        raise typer.Exit(1)


@app.command()
def show(playbook: PlaybookArgument, as_json: JsonOption = False) -> None:
    """Print what a playbook is for, its facts, and every way through its stages."""
    from agent.dialogue.loader import load_playbook
    from agent.dialogue.strategy import Strategy

    book = load_playbook(playbook)
    if as_json:
        typer.echo(book.model_dump_json(indent=1))
        return
    console = Console()
    objective = book.objective
    console.print(f"{book.playbook.title}, version {book.playbook.version}", style="bold")
    console.print(f"{book.persona.name} of {book.persona.company}: {objective.primary}")
    console.print(
        f"Push level {objective.push_level}, at most {objective.max_close_attempts} attempts to "
        f"close; done is '{objective.definition_of_done}'.\n"
    )
    facts = Table("fact", "value", "said as", "source", title="Facts", title_justify="left")
    for fact_id, fact in book.facts.items():
        facts.add_row(fact_id, f"{fact.value} {fact.unit}".strip(), fact.spoken, fact.source)
    ways = Table("stage", "on", "then", title="Ways", title_justify="left")
    for row in Strategy(book).table():
        ways.add_row(row.stage, row.on, row.then)
    queues = Table("reason", "queue", "priority", "", title="Handed over", title_justify="left")
    for reason, place in book.queues.items():
        how = ["warm"] * place.warm + ["no choice offered"] * (not place.choice)
        queues.add_row(reason, place.queue, str(place.priority), ", ".join(how))
    for table in (facts, ways, queues):
        console.print(table)
    texts = sum(len(line.texts) for line in book.lines.values())
    locked = sum(line.locked for line in book.lines.values())
    console.print(f"{len(book.lines)} lines in {texts} wordings, {locked} of them locked.")


@app.command()
def diff(
    before: PlaybookArgument,
    after: Annotated[str, typer.Argument(help="The newer one.")],
    as_json: JsonOption = False,
) -> None:
    """Print what differs between two playbooks; status 1 if anything does."""
    from dataclasses import asdict

    from agent.dialogue.changes import changes
    from agent.dialogue.loader import load_playbook

    found = changes(load_playbook(before), load_playbook(after))
    if as_json:
        typer.echo(json.dumps([asdict(change) for change in found], indent=1, default=str))
    for change in found if not as_json else ():
        typer.echo(f"{change.kind:<8} {change.place}")
        if change.kind != "added":
            typer.echo(f"       - {change.before}")
        if change.kind != "removed":
            typer.echo(f"       + {change.after}")
    if found:
        raise typer.Exit(1)


@app.command()
def graph(
    playbook: PlaybookArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="A .svg (needs Graphviz) or .dot file; else printed."),
    ] = None,
) -> None:
    """Draw the stages and the ways between them.

    Bold: the start; double lines: the call ends there; dashed: a caller who is not understood;
    dotted: an intent that leads there from every stage.
    """
    from agent.dialogue.graph import dot_graph, svg_graph
    from agent.dialogue.loader import load_playbook

    dot = dot_graph(load_playbook(playbook))
    if out is None:
        typer.echo(dot, nl=False)
        return
    out.write_text(svg_graph(dot) if out.suffix == ".svg" else dot, encoding="utf-8")
    typer.echo(f"written to {out}")
