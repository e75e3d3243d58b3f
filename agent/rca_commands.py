"""`understudy rca`."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from agent.command_line import ConfigOption, JsonOption, with_database
from agent.errors import UnderstudyError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


class NoCalls(UnderstudyError):
    """There is no call to look at."""


def rca(
    call_id: Annotated[
        str,
        typer.Argument(
            help="A call's id, or its first four characters; the newest call if left out.",
            show_default=False,
        ),
    ] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what went wrong in a call: when, on what evidence, the likely cause and the remedy.

    It reads the call's record and nothing else: cut-offs, slow answers and the stage that took the
    time, misheard turns, false and missed interruptions, one-way audio and packet loss, transfers
    that failed, hand-overs to the fallback queue, refused calls. Findings are faults (the call
    broke), troubles (the caller noticed) and notes.
    """
    from agent.diagnosis.diagnosis import diagnose
    from agent.diagnosis.text import print_diagnosis
    from agent.records.store import CallStore

    async def work(engine: "AsyncEngine") -> None:
        store = CallStore(engine)
        diagnosis = diagnose(await store.report(call_id or await _newest(store)))
        if as_json:
            typer.echo(json.dumps(diagnosis.as_dict(), indent=2))
        else:
            print_diagnosis(diagnosis, Console(highlight=False))

    async def _newest(store: CallStore) -> str:
        calls = await store.list_calls(limit=1)
        if not calls:
            raise NoCalls(
                "There is no call in the records yet: `understudy config` shows which database "
                "is read (records.database_url)."
            )
        return calls[0].id

    with_database(config, work)
