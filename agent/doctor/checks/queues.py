"""Whether the queues exist that callers are handed to, and somebody is in them."""

from collections.abc import Sequence

from agent.asterisk.ari import AriClient
from agent.config import Settings
from agent.dialogue.loader import load_playbook
from agent.doctor.finding import Finding, fail, ok, warn
from agent.doctor.probe import open_probe

_FALLBACK = "sales"  # as in dialplan/understudy.conf


async def look(settings: Settings) -> Sequence[Finding]:
    """The dialplan's fallback queue and those of the playbook."""
    playbook = load_playbook(settings.dialogue.playbook)
    async with AriClient(settings.ari) as ari:
        body = await ari.request(
            "GET", "/asterisk/variable", params={"variable": "UNDERSTUDY_FALLBACK_QUEUE"}
        )
    fallback = str(body["value"]) or _FALLBACK
    queues = {fallback: "the dialplan's fallback"}
    for reason, destination in playbook.queues.items():
        queues.setdefault(destination.queue, f"the playbook's '{reason}'")
    findings = []
    async with open_probe(settings.ari) as probe:
        for name, role in queues.items():
            if await probe.evaluate(f"QUEUE_EXISTS({name})") != "1":
                findings.append(_missing(name, role))
                continue
            members = int(await probe.evaluate(f"QUEUE_MEMBER({name},count)") or 0)
            logged_in = int(await probe.evaluate(f"QUEUE_MEMBER({name},logged)") or 0)
            findings.append(judge(name, role, members, logged_in))
    return findings


def _missing(name: str, role: str) -> Finding:
    return fail(
        f"there is no queue '{name}' ({role})",
        "Callers who are sent there are lost or come back.",
        f"Make [{name}] in queues.conf, then: asterisk -rx 'queue reload all'; or name another: "
        "UNDERSTUDY_FALLBACK_QUEUE in [globals] of extensions.conf, `queues:` in the playbook",
    )


def judge(name: str, role: str, members: int, logged_in: int) -> Finding:
    """A queue that exists."""
    if members == 0:
        return warn(
            f"the queue '{name}' ({role}) has no members",
            "Callers there wait for nobody.",
            f"`member => PJSIP/NAME` in [{name}] of queues.conf, or: "
            f"asterisk -rx 'queue add member PJSIP/NAME to {name}'",
        )
    seen = f"the queue '{name}' ({role}) has {members} members, {logged_in} logged in"
    if logged_in == 0:
        return warn(
            seen,
            "Nobody would take a caller now; at night that may be meant.",
            f"asterisk -rx 'queue show {name}': are the phones registered, is everybody paused?",
        )
    return ok(seen)
