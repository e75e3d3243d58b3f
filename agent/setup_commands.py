"""`understudy init`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from agent.config import APP_NAME

_SYSTEM = Path("/etc/understudy")
_STATE = Path("/var/lib/understudy")


def init(
    asterisk: Annotated[
        str | None, typer.Option(help="Asterisk's address or name.", show_default="127.0.0.1")
    ] = None,
    queue: Annotated[
        str | None,
        typer.Option(help="The queue that gets callers while no agent runs.", show_default="sales"),
    ] = None,
    playbook: Annotated[
        str | None, typer.Option(help="A playbook's name or file.", show_default="larkfield")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="postgresql://USER@HOST/DATABASE; empty: an embedded SQLite file. Its password "
            "belongs on the prompt or in secrets.toml: others can see a command's arguments.",
            show_default="empty",
        ),
    ] = None,
    supervisor: Annotated[
        str | None,
        typer.Option(help="Who sees the desk first, such as vera.", show_default="supervisor"),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            help="Where the files go.",
            show_default="/etc/understudy for root, else the user's settings folder",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take defaults.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files of before.")] = False,
    doctor: Annotated[
        bool, typer.Option("--doctor", help="Examine the installation afterwards.")
    ] = False,
) -> None:
    """Set up: five questions become settings, random passwords, and what the PBX includes.

    Writes understudy.toml, secrets.toml (mode 600), a folder `pbx` for /etc/asterisk/understudy,
    and NEXT-STEPS.txt, which says what is left to do. Changes nothing else, and no file that is
    there.
    """
    from platformdirs import user_config_path

    from agent.setup.answers import Answers
    from agent.setup.files import Place, plan, write

    def ask(given: str | None, question: str, default: str) -> str:
        if given is not None or yes:
            return default if given is None else given.strip()
        shown = bool(default)
        return str(typer.prompt(question, default=default, show_default=shown)).strip()

    answers = Answers(
        ask(asterisk, "1/5  Where is Asterisk (address or name)?", "127.0.0.1"),
        ask(queue, "2/5  Which queue gets callers while no agent runs?", "sales"),
        ask(playbook, "3/5  Which playbook (a name, or a YAML file)?", "larkfield"),
        ask(database, "4/5  Which database (postgresql://..., or Enter for the embedded one)?", ""),
        ask(supervisor, "5/5  Who may see the desk first (a name to sign in with)?", "supervisor"),
    )
    answers.check()
    is_root = os.geteuid() == 0
    config = folder or (_SYSTEM if is_root else user_config_path(APP_NAME))
    place = Place(config.absolute(), _STATE if is_root and folder is None else None)
    write(plan(answers, place), force=force)
    typer.echo(f"Written to {place.config}. What is left to do: {place.next_steps}")
    if doctor:
        from agent.doctor_commands import doctor as examine

        examine(config=place.config / "understudy.toml", secrets=place.config / "secrets.toml")
