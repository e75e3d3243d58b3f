"""`understudy campaign run`: the file, the run, and what is printed of it."""

import asyncio
import json
import os
import signal
import socket
import uuid
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.config import Settings
from agent.dialogue.loader import load_playbook
from agent.logs import configure_logs
from agent.outbound.campaign_report import print_status
from agent.outbound.campaign_run import CampaignRun, Dialled, Ended, Waiting
from agent.outbound.campaigns import Campaigns
from agent.outbound.contacts_file import BadContactsFile, ContactsFile, read_contacts
from agent.outbound.dial import require_endpoint
from agent.outbound.dialler import Dialler
from agent.outbound.number_plan import parse_number
from agent.outbound.records import CallRecords
from agent.records.records import utc_now

# A dial string is tried out before anybody is called with it.
_SAMPLE_NUMBER = "+442079460000"


@dataclass(frozen=True, slots=True)
class Orders:
    """What the command line asks for."""

    file: Path
    name: str
    endpoint: str
    wait: bool
    check: bool
    as_json: bool


async def run_file(settings: Settings, engine: AsyncEngine, orders: Orders) -> None:
    """Take the file in and call who is in it; progress is printed. Raises UnderstudyError."""
    configure_logs(settings.log)
    console = Console(stderr=orders.as_json, highlight=False, soft_wrap=True)
    contents = await asyncio.to_thread(
        read_contacts, orders.file, load_playbook(settings.dialogue.playbook), settings.outbound
    )
    _print_contents(orders.file, contents, console)
    if orders.check:
        return
    endpoint = require_endpoint(orders.endpoint or settings.outbound.endpoint)
    parse_number(_SAMPLE_NUMBER).endpoint(endpoint)
    process = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
    campaigns = Campaigns(engine, process, settings.ari.app)
    campaign_id = await campaigns.open(orders.name, utc_now())
    added = await campaigns.add(campaign_id, contents.people)
    console.print(f"Campaign '{orders.name}': {added} new, {len(contents.people)} in the file")
    records = CallRecords(engine)
    async with Dialler.open(settings.ari, settings.outbound, records) as dialler:
        printer = _Printer(console, as_json=orders.as_json)
        run = CampaignRun(
            campaigns, campaign_id, dialler, records, settings.outbound, endpoint, printer
        )
        await _until_stopped(run, console, wait=orders.wait)
    await print_status(engine, orders.name, as_json=orders.as_json)


async def _until_stopped(run: CampaignRun, console: Console, *, wait: bool) -> None:
    loop = asyncio.get_running_loop()
    stops: list[asyncio.Task[None]] = []

    def asked_to_stop() -> None:
        again = bool(stops)
        console.print(
            "Hanging up conversations too"
            if again
            else f"Stopping: {run.live} calls under way; what rings is hung up, conversations go "
            "on to their end (Ctrl-C again hangs them up). Run the same file again to go on."
        )
        stops.append(loop.create_task(run.stop(conversations=again)))

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked_to_stop)
    try:
        await run.run(wait=wait)
        await asyncio.gather(*stops)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _print_contents(file: Path, contents: ContactsFile, console: Console) -> None:
    for row in contents.bad:
        console.print(
            f"{file}:{row.line}: left out: {row.problem}",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )
    if contents.ignored:
        console.print(f"Columns without a meaning here: {', '.join(contents.ignored)}")
    refused = sum(not person.consent for person in contents.people)
    console.print(
        f"{len(contents.people) - refused} people to call, {refused} without consent, "
        f"{len(contents.bad)} rows left out"
    )
    if not contents.people:
        raise BadContactsFile(f"{file} holds nobody to call: its rows are named above.")


class _Printer:
    """Prints each step of a run; people are named by their line in the file."""

    def __init__(self, console: Console, *, as_json: bool) -> None:
        self._console = console
        self._as_json = as_json

    def __call__(self, step: Dialled | Ended | Waiting) -> None:
        if self._as_json:
            typer.echo(json.dumps(_as_dict(step)))
            return
        match step:
            case Dialled(row, attempt):
                text, style = f"line {row}: dialled, attempt {attempt}", "dim"
            case Ended(row, result):
                call = f"  call {result.call_id[:8]}" if result.call_id else ""
                text, style = f"line {row}: {result.shown}{call}", ""
            case Waiting(until, why):
                when = f" until {until.astimezone():%a %H:%M:%S}" if until else ""
                text, style = f"waiting{when}: {why}", "dim"
        self._console.print(f"{utc_now().astimezone():%H:%M:%S}  {text}", style=style, markup=False)


def _as_dict(step: Dialled | Ended | Waiting) -> dict[str, object]:
    match step:
        case Dialled(row, attempt):
            return {"event": "dialled", "line": row, "attempt": attempt}
        case Ended(row, result):
            return {
                "event": "ended",
                "line": row,
                "outcome": result.outcome.value,
                "disposition": result.disposition or None,
                "call_id": result.call_id,
            }
        case Waiting(until, why):
            return {"event": "waiting", "until": until.isoformat() if until else None, "why": why}
