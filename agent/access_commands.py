"""`understudy user`, `understudy token` and `understudy audit`: who may in, and who did what."""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from agent.command_line import ConfigOption, JsonOption, with_database
from agent.web.access.role import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

    from agent.web.access.administration import Administration

user_app = typer.Typer(
    no_args_is_help=True,
    help="People who may sign in at the desk. Supervisors see everything and give orders, auditors "
    "see everything, agents see what concerns them.",
)
token_app = typer.Typer(
    no_args_is_help=True,
    help="Tokens of programs, sent as `Authorization: Bearer TOKEN`; never in an address.",
)
NameArgument = Annotated[str, typer.Argument(help="The name to sign in with, such as vera.")]
TokenArgument = Annotated[str, typer.Argument(help="What the token is for, such as prometheus.")]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password's line from standard input.")
]


@user_app.command("add")
def user_add(
    name: NameArgument,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    password_stdin: StdinOption = False,
    config: ConfigOption = None,
) -> None:
    """Make somebody who may sign in; asks for the password twice (12 characters or more)."""
    password = _password(password_stdin)

    async def work(desk: "Administration") -> None:
        typer.echo(f"{await desk.add_user(name, role, password)} may sign in as {role}")

    _administer(config, work)


@user_app.command("list")
def user_list(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show everybody: name, role, since when, and whether they are kept out."""
    from agent.web.access.people import People

    async def work(engine: "AsyncEngine") -> None:
        rows = [
            {
                "name": account.name,
                "role": account.role.value,
                "made": account.made_at,
                "password": account.password_changed_at,
                "disabled": account.disabled_at,
            }
            for account in await People(engine).all()
        ]
        _print(rows, "Nobody yet: `understudy user add NAME --role supervisor`", as_json)

    with_database(config, work)


@user_app.command("disable")
def user_disable(
    name: NameArgument,
    on: Annotated[bool, typer.Option("--on/--off", help="Keep out, or let in again.")] = True,
    config: ConfigOption = None,
) -> None:
    """Keep somebody out and end their sessions; they are out of open pages within 10 s."""

    async def work(desk: "Administration") -> None:
        await desk.disable_user(name, on=on)
        typer.echo(f"{name} is {'kept out' if on else 'let in again'}")

    _administer(config, work)


@user_app.command("password")
def user_password(
    name: NameArgument, password_stdin: StdinOption = False, config: ConfigOption = None
) -> None:
    """Give somebody a new password; their sessions end."""
    password = _password(password_stdin)

    async def work(desk: "Administration") -> None:
        await desk.set_password(name, password)
        typer.echo(f"{name} has a new password")

    _administer(config, work)


@user_app.command("remove")
def user_remove(name: NameArgument, config: ConfigOption = None) -> None:
    """Forget somebody; what they did stays in the audit trail."""

    async def work(desk: "Administration") -> None:
        await desk.remove_user(name)
        typer.echo(f"{name} is removed")

    _administer(config, work)


@token_app.command("add")
def token_add(
    name: TokenArgument,
    role: Annotated[Role, typer.Option(help="What the program may do; monitor: the metrics.")],
    days: Annotated[int, typer.Option(min=0, help="It is good for so long; 0: for ever.")] = 365,
    config: ConfigOption = None,
) -> None:
    """Make a token and print it, this once: only a digest of it is kept."""

    async def work(desk: "Administration") -> None:
        lasts = timedelta(days=days) if days else None
        typer.echo(await desk.add_token(name, role, lasts))

    _administer(config, work)


@token_app.command("list")
def token_list(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show the tokens: name, role, when made, until when they are good, when last used."""
    from agent.web.access.tokens import ApiTokens

    async def work(engine: "AsyncEngine") -> None:
        rows = [
            {
                "name": token.name,
                "role": token.role.value,
                "made": token.made_at,
                "expires": token.expires_at,
                "used": token.used_at,
            }
            for token in await ApiTokens(engine).all()
        ]
        _print(rows, "No tokens: `understudy token add NAME --role ROLE`", as_json)

    with_database(config, work)


@token_app.command("revoke")
def token_revoke(name: TokenArgument, config: ConfigOption = None) -> None:
    """End a token; the agent refuses it within 10 s."""

    async def work(desk: "Administration") -> None:
        await desk.revoke_token(name)
        typer.echo(f"{name} is revoked")

    _administer(config, work)


def audit(
    since: Annotated[
        datetime | None, typer.Option(help="Only what came later, in local time.")
    ] = None,
    who: Annotated[str | None, typer.Option(help="Only what this name did.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 1000,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who did what at the desk, on which call, and from where."""
    from agent.web.access.audit import Audit

    async def work(engine: "AsyncEngine") -> None:
        start = since.astimezone() if since else None
        rows = [
            {
                "when": entry.happened_at,
                "who": entry.who,
                "action": entry.action,
                "call": entry.call_id if as_json else (entry.call_id or "")[:8],
                "from": entry.origin,
                "details": entry.details,
            }
            for entry in await Audit(engine).read(since=start, who=who, limit=limit)
        ]
        _print(rows, "Nothing yet", as_json)

    with_database(config, work)


def _administer(config: Path | None, work: "Callable[[Administration], Awaitable[None]]") -> None:
    from agent.web.access.administration import Administration

    with_database(config, lambda engine: work(Administration(engine)))


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _print(rows: "Sequence[dict[str, Any]]", nothing: str, as_json: bool) -> None:
    """A table, times as local ones; as JSON they are ISO 8601."""
    if as_json:
        typer.echo(json.dumps(rows, indent=2, default=datetime.isoformat))
        return
    if not rows:
        typer.echo(nothing)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in rows[0]:
        table.add_column(name, no_wrap=name != "details")
    for row in rows:
        table.add_row(*map(_cell, row.values()))
    Console(highlight=False, markup=False).print(table)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value.astimezone():%Y-%m-%d %H:%M:%S}"
        case dict():
            return ", ".join(f"{key} {text}" for key, text in value.items())
        case _:
            return str(value)
