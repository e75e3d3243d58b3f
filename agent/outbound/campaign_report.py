"""How far campaigns are, for people and for other programs."""

import asyncio
import csv
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.errors import UnderstudyError
from agent.outbound.campaigns import Campaigns
from agent.outbound.tables import Contact, ContactState

_COLUMNS = (
    "line", "number", "name", "state", "outcome", "disposition", "attempts", "last_at", "next_at",
    "call_id",
)  # fmt: skip
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def print_status(engine: AsyncEngine, name: str, *, as_json: bool) -> None:
    """One campaign, or all of them. Raises CampaignNotFound."""
    campaigns = Campaigns(engine, "", "")
    names = [name] if name else list(await campaigns.names())
    stands = []
    for each in names:
        contacts = await campaigns.contacts(await campaigns.find(each))
        stands.append(_stand(each, contacts))
    if as_json:
        typer.echo(json.dumps(stands[0] if name else stands, indent=2))
        return
    if not stands:
        typer.echo("There are no campaigns yet: `understudy campaign run FILE.csv` begins one.")
        return
    _print(stands, Console(highlight=False))


async def export_results(engine: AsyncEngine, name: str, target: Path) -> None:
    """A line a person. Raises CampaignNotFound, UnderstudyError for a file that can't be made."""
    campaigns = Campaigns(engine, "", "")
    campaign_id = await campaigns.find(name)
    contacts = await campaigns.contacts(campaign_id)
    calls = await campaigns.last_calls(campaign_id)
    rows = [_row(contact, calls.get(contact.id, "")) for contact in contacts]
    try:
        await asyncio.to_thread(_write, target, rows)
    except OSError as error:
        raise UnderstudyError(
            f"The results can't be written to {target} ({error.strerror}): name a file that can "
            "be made."
        ) from None


def _stand(name: str, contacts: Sequence[Contact]) -> dict[str, Any]:
    pending = [contact for contact in contacts if contact.state is ContactState.PENDING]
    dues = [contact.next_at for contact in pending if contact.next_at is not None]
    done = [contact for contact in contacts if contact.state is ContactState.DONE]
    return {
        "campaign": name,
        "people": len(contacts),
        "done": len(done),
        "calling": len(contacts) - len(done) - len(pending),
        "pending": len(pending),
        "attempts": sum(contact.attempts for contact in contacts),
        "next_at": _iso(min(dues, default=None)) if len(dues) == len(pending) else None,
        "results": dict(Counter(_result(contact) for contact in done).most_common()),
        "last_outcome_of_pending": dict(
            Counter(c.outcome.value for c in pending if c.outcome is not None).most_common()
        ),
    }


def _print(stands: Sequence[dict[str, Any]], console: Console) -> None:
    table = Table("campaign", "people", "done", "calling", "pending", "attempts", "next", "results")
    for stand in stands:
        results = ", ".join(f"{count} {result}" for result, count in stand["results"].items())
        next_at = stand["next_at"]
        when = f"{datetime.fromisoformat(next_at).astimezone():%a %H:%M}" if next_at else ""
        numbers = (stand[key] for key in ("people", "done", "calling", "pending", "attempts"))
        table.add_row(stand["campaign"], *map(str, numbers), when, results)
    console.print(table)


def _result(contact: Contact) -> str:
    return contact.disposition or (contact.outcome.value if contact.outcome else "")


def _row(contact: Contact, call_id: str) -> list[str]:
    cells = (
        contact.row, contact.number, contact.name, contact.state.value,
        contact.outcome.value if contact.outcome else "", contact.disposition or "",
        contact.attempts, _iso(contact.last_at), _iso(contact.next_at), call_id,
    )  # fmt: skip
    return [_cell(column, str(cell or "")) for column, cell in zip(_COLUMNS, cells, strict=True)]


def _cell(column: str, text: str) -> str:
    """A name may be anything; a spreadsheet must not run it."""
    return f"'{text}" if column == "name" and text.startswith(_FORMULA) else text


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at is not None else ""


def _write(target: Path, rows: Sequence[Sequence[str]]) -> None:
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(rows)
