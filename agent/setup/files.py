"""The files that answers become."""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

import agent
from agent.errors import UnderstudyError
from agent.setup.answers import Answers, address_towards, is_this_machine

_PRIVATE, _PUBLIC = 0o600, 0o644
_SECRET_BYTES = 24
_PERMIT = "permit = 127.0.0.1/255.255.255.255"


class SetupRefused(UnderstudyError):
    """A file is in the way, or can't be written."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """One to be written; `mode` its rights."""

    path: Path
    text: str
    mode: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where files go: `config` settings and secrets, `state` what grows; None: per-user places."""

    config: Path
    state: Path | None

    @property
    def pbx(self) -> Path:
        """The folder that goes to the PBX."""
        return self.config / "pbx"

    @property
    def next_steps(self) -> Path:
        """What a person has to do with all that."""
        return self.config / "NEXT-STEPS.txt"


def plan(answers: Answers, place: Place) -> tuple[NewFile, ...]:
    """Every file with new random secrets. Raises BadAnswer for a host without a way to it."""
    our_address = address_towards(answers.asterisk)
    host = f"[{answers.asterisk}]" if ":" in answers.asterisk else answers.asterisk
    ari_password, ami_secret = (secrets.token_urlsafe(_SECRET_BYTES) for _ in range(2))
    values = {
        "answers": answers,
        "local": is_this_machine(answers.asterisk),
        "our_address": our_address,
        "ari_url": f"http://{host}:8088",
        "ari_password": ari_password,
        "ami_secret": ami_secret,
        "state": str(place.state) if place.state else "",
        "system": place.state is not None,
        "pbx": place.pbx,
        "secrets": place.config / "secrets.toml",
    }
    ari = _shipped("asterisk-conf/ari_understudy.conf")
    pbx, dialplan = place.pbx, place.pbx / "dialplan"
    return (
        NewFile(place.config / "understudy.toml", _rendered("understudy.toml", values), _PUBLIC),
        NewFile(place.config / "secrets.toml", _rendered("secrets.toml", values), _PRIVATE),
        NewFile(place.next_steps, _rendered("NEXT-STEPS.txt", values), _PUBLIC),
        NewFile(pbx / "ari_understudy.conf", ari, _PUBLIC),
        NewFile(pbx / "manager_understudy.conf", _manager(our_address), _PUBLIC),
        NewFile(pbx / "ari_password.conf", f"password = {ari_password}\n", _PRIVATE),
        NewFile(pbx / "manager_secret.conf", f"secret = {ami_secret}\n", _PRIVATE),
        NewFile(dialplan / "understudy.conf", _shipped("dialplan/understudy.conf"), _PUBLIC),
        NewFile(dialplan / "globals.conf", _rendered("globals.conf", values), _PUBLIC),
    )


def write(files: Sequence[NewFile], *, force: bool) -> None:
    """All of them, or none where one is in the way and `force` is not set. Raises SetupRefused."""
    there = [file.path for file in files if file.path.exists()]
    if there and not force:
        raise SetupRefused(
            f"{there[0]} is there already: --force writes it anew (with new passwords), or choose "
            "another folder with --folder."
        )
    for file in files:
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            _write(file)
        except OSError as error:
            raise SetupRefused(
                f"{file.path} can't be written ({error.strerror}): become root, or choose another "
                "folder with --folder."
            ) from None


def _write(file: NewFile) -> None:
    """Beside it first: a secret is never in a file that others may read."""
    new = file.path.with_name(f"{file.path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(file.text)
    new.replace(file.path)


def _manager(our_address: str) -> str:
    """The manager user, who is let in from where the agent runs."""
    text = _shipped("asterisk-conf/manager_understudy.conf")
    return text.replace(_PERMIT, f"permit = {our_address}/255.255.255.255")


def _shipped(name: str) -> str:
    """A file of the product: inside an installed package, or beside it in a checkout."""
    package = Path(agent.__file__).parent
    installed = package / "pbx" / name
    return (installed if installed.is_file() else package.parent / name).read_text("utf-8")


def _rendered(name: str, values: dict[str, object]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("agent.setup"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  text, no HTML; values are quoted by `toml`
    )
    environment.filters["toml"] = json.dumps  # a JSON string is a TOML basic string
    return environment.get_template(name).render(values)
