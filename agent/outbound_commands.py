"""`understudy dial` and `understudy campaign`: calling out."""

from typing import TYPE_CHECKING, Annotated

import typer

from agent.command_line import ConfigOption, JsonOption, with_database

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


def dial(
    number: Annotated[str, typer.Argument(help="Whom to call, such as +447700900123.")],
    endpoint: Annotated[
        str,
        typer.Option(help="Asterisk's dial string instead of outbound.endpoint."),
    ] = "",
    anytime: Annotated[
        bool, typer.Option("--anytime", help="Outside calling time too; its owner has asked.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Call one number and connect whoever answers to the agent (`understudy serve` has to run).

    The number is looked up on the do-not-call register first, and called only in calling time by
    the clocks where it is. What is said is printed as it happens; Ctrl-C hangs up.

    Exit status: 0 a person was talked with, 3 hung up before a word, 4 voicemail, 5 another
    machine, 6 no answer, 7 busy or refused, 8 the call failed, 9 on the register; 1 is an error.
    """
    from agent.config import load_settings
    from agent.outbound.dial import Wish
    from agent.outbound.dial import dial as place
    from agent.outbound.outcomes import Outcome, exit_status

    outcomes: list[Outcome] = []

    async def work(engine: "AsyncEngine") -> None:
        wish = Wish(number, endpoint, anytime)
        outcomes.append(await place(load_settings(config), engine, wish, as_json=as_json))

    with_database(config, work)
    raise typer.Exit(exit_status(outcomes[0]))
