"""`understudy dial`: one call, shown as it happens."""

import asyncio
import contextlib
import json
import uuid
from dataclasses import dataclass

import typer
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.calls.live_view import LiveView
from agent.config import Settings
from agent.errors import UnderstudyError
from agent.logs import configure_logs
from agent.outbound.arguments import Placed, channel_id_of
from agent.outbound.dialler import Dialler, Progress
from agent.outbound.number_plan import Number, parse_number, zones_of
from agent.outbound.outcomes import Outcome, Result
from agent.outbound.records import CallRecords
from agent.outbound.settings import OutboundSettings
from agent.outbound.tail import CallTail
from agent.outbound.windows import is_open, opens_at
from agent.records.do_not_call import DoNotCallRegister
from agent.records.records import utc_now


class NotNow(UnderstudyError):
    """A call that must not be placed at this time."""


class NoEndpoint(UnderstudyError):
    """Nobody has said by which way calls leave."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to call and how: the number as given, and what overrides the settings."""

    number: str
    endpoint: str = ""
    anytime: bool = False


async def dial(settings: Settings, engine: AsyncEngine, wish: Wish, *, as_json: bool) -> Outcome:
    """Place one call and wait for its end; what happens is printed. Raises UnderstudyError."""
    configure_logs(settings.log)
    outbound = settings.outbound
    number = parse_number(wish.number, outbound.region)
    endpoint = number.endpoint(require_endpoint(wish.endpoint or outbound.endpoint))
    if not wish.anytime:
        _require_open(number, outbound)
    console = Console(stderr=as_json)
    entry = await DoNotCallRegister(engine).find(number.e164)
    if entry is not None:
        console.print(f"{number.e164} must not be called: {entry.source}, {entry.added_at:%F}")
        _print_result(number, Result(Outcome.DO_NOT_CALL), console, as_json=as_json)
        return Outcome.DO_NOT_CALL
    async with Dialler.open(settings.ari, outbound, CallRecords(engine)) as dialler:
        await dialler.require_agent()
        placed = Placed(str(uuid.uuid4()), number.e164, {})
        result = await _shown(
            dialler, placed, endpoint, CallTail(engine, LiveView(console)), console
        )
    _print_result(number, result, console, as_json=as_json)
    return result.outcome


def require_endpoint(endpoint: str) -> str:
    """Raises NoEndpoint when there is none."""
    if not endpoint:
        raise NoEndpoint(
            "By which way do calls leave? Set outbound.endpoint to Asterisk's dial string, such as "
            "PJSIP/{number}@trunk, or give it with --endpoint."
        )
    return endpoint


def _require_open(number: Number, outbound: OutboundSettings) -> None:
    zones = zones_of(number, "", outbound.window.time_zone)
    now = utc_now()
    if is_open(now, zones, outbound.window):
        return
    later = opens_at(now, zones, outbound.window)
    when = "within two months" if later is None else f"before {later.astimezone(zones[0]):%a %H:%M}"
    raise NotNow(
        f"{number.e164} may not be called {when} ({', '.join(zone.key for zone in zones[:3])}; "
        "outbound.window): wait, or give --anytime if its owner has asked for the call."
    )


async def _shown(
    dialler: Dialler, placed: Placed, endpoint: str, tail: CallTail, console: Console
) -> Result:
    channel_id = channel_id_of(placed.attempt_id)

    def progress(step: Progress) -> None:
        console.print(f"{utc_now():%H:%M:%S}  {step.value} {placed.number}", highlight=False)

    following = asyncio.create_task(tail.follow(channel_id))
    calling = asyncio.create_task(dialler.call(placed, endpoint, progress))
    try:
        return await asyncio.shield(calling)
    except asyncio.CancelledError:
        # Ctrl-C: the call goes with the command that placed it.
        await dialler.cancel(placed.attempt_id, even_answered=True)
        calling.cancel()
        raise
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        with contextlib.suppress(UnderstudyError):
            await tail.show(channel_id)


def _print_result(number: Number, result: Result, console: Console, *, as_json: bool) -> None:
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "number": number.e164,
                    "outcome": result.outcome.value,
                    "disposition": result.disposition or None,
                    "cause": result.cause or None,
                    "call_id": result.call_id,
                }
            )
        )
        return
    call = f" (understudy calls show {result.call_id[:8]})" if result.call_id else ""
    console.print(f"{number.e164}: {result.shown}{call}", style="bold", highlight=False)
