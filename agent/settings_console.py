"""Settings and their sources on a terminal."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.settings_sources import SettingTold, Source


def print_sources(settings: Sequence[SettingTold], *, as_json: bool) -> None:
    """A line a setting; those that are not the default stand out."""
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in settings], indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("setting", "value", "source", "what it is"):
        table.add_column(title, overflow="fold")
    for one in settings:
        style = "" if one.source is Source.DEFAULT else "bold"
        where = f"{one.source.value} {one.place}".strip()
        table.add_row(
            Text(one.name, style=style),
            Text(json.dumps(one.value), style=style),
            Text(where),
            Text(one.description, style="dim"),
        )
    Console().print(table)
