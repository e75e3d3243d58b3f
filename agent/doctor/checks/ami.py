"""Whether the manager user is let in and may see queue events, and no more than that."""

from collections.abc import Sequence

from agent.asterisk.ari import AriError
from agent.config import AmiSettings, Settings
from agent.doctor.finding import Finding, fail, ok, warn
from agent.doctor.manager_login import ManagerLogin, ManagerRefused, ManagerSilent
from agent.doctor.probe import open_probe

_BLIND = "Callers are handed over blind: nobody knows whether a human is free."
_RELOAD = "asterisk -rx 'manager reload'"
# Commands that nobody needs who only reads queues, and the class that allows them.
_TOO_MUCH = {"Originate": "originate", "Command": "command", "UpdateConfig": "config"}


async def look(settings: Settings) -> Sequence[Finding]:
    """Log in, ask what may be done, and read the user's classes."""
    ami = settings.ami
    if not ami.enabled:
        return [
            warn("[ami] enabled = false in understudy.toml", _BLIND, "Set [ami] enabled = true")
        ]
    try:
        async with ManagerLogin.open(ami) as login:
            allowed = await login.ask(Action="ListCommands")
    except ManagerSilent as error:
        remedy = (
            "Set `enabled = yes`, bindaddr and port in [general] of manager.conf, then: "
            f"{_RELOAD}; or correct [ami] host and port in understudy.toml"
        )
        return [fail(str(error), _BLIND, remedy)]
    except ManagerRefused as error:
        return [_kept_out(ami, str(error))]
    findings = [_classes(ami, await _read_classes(settings))]
    too_much = [right for command, right in _TOO_MUCH.items() if command in allowed]
    if too_much:
        findings.append(
            warn(
                f"the manager user '{ami.username}' may also write: {', '.join(too_much)}",
                "Who gets its secret can place calls or change the PBX.",
                f"Put `write =`, with nothing after it, into [{ami.username}] of manager.conf "
                f"(without the line a reload keeps the rights), then: {_RELOAD}",
            )
        )
    return findings


def _kept_out(ami: AmiSettings, reason: str) -> Finding:
    return fail(
        f"the manager interface at {ami.host}:{ami.port} does not let the user '{ami.username}' in "
        f"({reason})",
        f"The secret is wrong, there is no such user, or its permit= lacks our address. {_BLIND}",
        "Make [ami] secret in secrets.toml the one of "
        "/etc/asterisk/understudy/manager_secret.conf, look at permit= in manager_understudy.conf, "
        f"then: {_RELOAD}",
    )


async def _read_classes(settings: Settings) -> str | None:
    """`read=` of the user as manager.conf has it; None where Asterisk can't be asked."""
    try:
        async with open_probe(settings.ari) as probe:
            return await probe.evaluate(f"AST_CONFIG(manager.conf,{settings.ami.username},read)")
    except AriError:
        return None


def _classes(ami: AmiSettings, classes: str | None) -> Finding:
    if classes is None:
        return ok(f"the manager user '{ami.username}' is let in; its classes can't be read")
    if {"agent", "all"} & {one.strip() for one in classes.split(",")}:
        return ok(f"the manager user '{ami.username}' is let in and reads queue events")
    return fail(
        f"the manager user '{ami.username}' has `read = {classes}`, without the class agent",
        "Queue events do not arrive: records do not say who took a caller, or that nobody did.",
        f"Set `read = agent` in [{ami.username}] of manager.conf, then: {_RELOAD}",
    )
