"""Whether dialplan/understudy.conf is loaded, and agrees with the settings."""

from collections.abc import Sequence

from agent.asterisk.ari import AriClient
from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok
from agent.doctor.probe import open_probe

# An extension of each context that has to exist at priority 1.
CONTEXTS = {
    "understudy-agent": "1000",
    "understudy-after": "s",
    "understudy-handoff": "sales",
    "understudy-take-over": "s",
    "understudy-member": "s",
    "understudy-whisper": "s",
    "understudy-whisper-check": "s",
    "understudy-whisper-forget": "s",
}
_FILE = "#include understudy/dialplan/understudy.conf"
_APP = "understudy"


async def look(settings: Settings) -> Sequence[Finding]:
    """Ask for each context, and for the application that the dialplan calls."""
    context = settings.handoff.context
    wanted = {**CONTEXTS, context: CONTEXTS["understudy-handoff"]}
    async with open_probe(settings.ari) as probe:
        missing = [
            name
            for name, extension in wanted.items()
            if await probe.evaluate(f"DIALPLAN_EXISTS({name},{extension},1)") != "1"
        ]
    async with AriClient(settings.ari) as ari:
        names = [await _global(ari, name) for name in ("UNDERSTUDY_APP", "UNDERSTUDY_APP_2")]
    contexts = _contexts(missing) if missing else ok(f"all {len(wanted)} contexts are there")
    return [contexts, judge_app(settings.ari.app, names[0] or _APP, names[1])]


async def _global(ari: AriClient, name: str) -> str:
    body = await ari.request("GET", "/asterisk/variable", params={"variable": name})
    return str(body["value"])


def _contexts(missing: Sequence[str]) -> Finding:
    all_of_it = len(missing) >= len(CONTEXTS)
    return fail(
        "the dialplan has no context " + ", ".join(missing),
        "Callers do not reach the agent." if "understudy-agent" in missing else
        "Callers can't be handed over, taken over, or sent on as they should.",
        f"Put `{_FILE}` into extensions.conf" if all_of_it else
        "Copy this version's dialplan/understudy.conf to /etc/asterisk/understudy/dialplan/",
    )  # fmt: skip


def judge_app(ours: str, first: str, second: str) -> Finding:
    """`first` and `second` are the applications that the dialplan calls; "" where it has none."""
    if ours in (first, second):
        return ok(f"the dialplan calls the application '{ours}'")
    return fail(
        f"the dialplan calls the application '{first}', and ari.app is '{ours}'",
        "Callers do not reach this agent; they go to the fallback queue.",
        f"Set UNDERSTUDY_APP = {ours} in [globals] of extensions.conf, then: "
        f"asterisk -rx 'dialplan reload'; or [ari] app = \"{first}\" in understudy.toml",
    )
