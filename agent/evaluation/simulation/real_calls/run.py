"""Many simulated calls to one agent through Asterisk, several at once."""

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.asterisk.ari import AriClient
from agent.config import CallerSettings, Settings
from agent.errors import UnderstudyError
from agent.evaluation.phone import Phone
from agent.evaluation.phone_options import PhoneOptions
from agent.evaluation.simulation.kept import KeptCalls
from agent.evaluation.simulation.plan import Appointment
from agent.evaluation.simulation.real_calls.call import Exchange, real_call
from agent.evaluation.simulation.real_calls.dialogue_watch import DialogueWatch
from agent.evaluation.simulation.real_calls.rung_agent import rung_agent
from agent.evaluation.simulation.simulated_call import SimulatedCall
from agent.evaluation.simulation.world import World
from agent.records.database import create_engine
from agent.records.store import CallStore
from agent.sealing.keys import load_keys

# Customers who ring at the same time don't do so in the same instant.
_APART_S = 0.7


@dataclass(frozen=True, slots=True)
class Ringing:
    """How an agent is rung: by so many customers at once.

    `config` is the file that `settings` were read from, for the agent's own process; `recordings` a
    folder for every call's sound.
    """

    settings: Settings
    config: Path | None = None
    concurrent: int = 1
    recordings: Path | None = None


def ring(
    ringing: Ringing,
    world: World,
    playbook: Path,
    appointments: Sequence[Appointment],
    kept: KeptCalls,
    on_done: Callable[[int], None] = lambda calls: None,
) -> tuple[SimulatedCall, ...]:
    """Start an agent, ring it once an appointment, stop it; calls in the appointments' order.

    Blocking, on the main thread. Kept calls are not made again, new ones are kept one by one;
    `on_done` is told of every few more. However it ends, by Ctrl-C or SIGTERM too, all calls are
    hung up first and then the agent is stopped. Raises UnderstudyError where a call fails, or
    another agent serves the PBX.
    """
    known = kept.by_seed()
    missing = [one for one in appointments if one.seed not in known]

    def done(call: SimulatedCall) -> None:
        kept.add([call])
        known[call.seed] = call
        on_done(1)

    if missing:
        asyncio.run(_check_nobody_serves(ringing.settings))
        with (
            _terminated_as_interrupted(),
            rung_agent(ringing.settings, ringing.config, playbook) as database_url,
        ):
            on_done(len(appointments) - len(missing))
            asyncio.run(_all_calls(ringing, world, database_url, missing, done))
    return tuple(known[one.seed] for one in appointments)


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """SIGTERM alone would end this process at once, and leave its agent behind."""
    before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def _check_nobody_serves(settings: Settings) -> None:
    """A second process for the same application would take the first one's calls away."""
    async with AriClient(settings.ari) as ari:
        if await ari.has_application(ari.app):
            raise UnderstudyError(
                f"An agent already serves '{ari.app}' on the Asterisk at {ari.url}: stop it first, "
                "simulated customers ring one of their own."
            )


async def _all_calls(
    ringing: Ringing,
    world: World,
    database_url: str,
    appointments: Sequence[Appointment],
    on_done: Callable[[SimulatedCall], None],
) -> None:
    database = create_engine(database_url, load_keys(ringing.settings.records.key_file))
    try:
        async with (
            AriClient(ringing.settings.ari) as ari,
            Phone.start(_phone(ringing.settings.evaluation.caller)) as phone,
        ):
            watch = DialogueWatch(database, ari)
            extension = ringing.settings.evaluation.caller.extension
            exchange = Exchange(phone, extension, watch, CallStore(database))
            waiting = iter(appointments)
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(watch.run())
                async with asyncio.TaskGroup() as callers:
                    for number in range(min(ringing.concurrent, len(appointments))):
                        callers.create_task(
                            _one_after_another(ringing, world, exchange, waiting, number, on_done)
                        )
                watching.cancel()
    except BaseExceptionGroup as errors:
        meant = errors.subgroup(UnderstudyError)
        raise _first(meant) if meant is not None else errors from None
    finally:
        await database.dispose()


async def _one_after_another(
    ringing: Ringing,
    world: World,
    exchange: Exchange,
    waiting: Iterator[Appointment],
    number: int,
    on_done: Callable[[SimulatedCall], None],
) -> None:
    await asyncio.sleep(number * _APART_S)
    for one in waiting:
        recording = ringing.recordings
        if recording is not None:
            recording /= f"{one.seed.replace(':', '-')}.wav"
        on_done(await real_call(world, exchange, one.persona, one.seed, recording))


def _phone(caller: CallerSettings) -> PhoneOptions:
    return PhoneOptions(
        caller.user,
        caller.password.get_secret_value(),
        host=caller.host,
        port=caller.port,
        bind_host=caller.bind_host,
    )


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """One line is enough where several calls have met the same trouble."""
    found: BaseException = errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
