"""Whether the ARI user may do what calls need, and who has the agent's application."""

import uuid
from collections.abc import Sequence

from agent.asterisk.ari import AriClient, AriRefused
from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok, warn


async def look(settings: Settings) -> Sequence[Finding]:
    """Read the applications, make a bridge and take it away again."""
    app = settings.ari.app
    async with AriClient(settings.ari) as ari:
        taken = await ari.has_application(app)
        bridge = f"understudy-doctor-{uuid.uuid4().hex[:12]}"
        try:
            await ari.create_bridge(bridge, "understudy doctor")
            await ari.destroy_bridge(bridge)
        except AriRefused as error:
            return [_read_only(settings, error)]
    rights = ok(f"the ARI user '{settings.ari.username}' may read and write")
    return [rights, _application(app, taken)]


def _application(app: str, taken: bool) -> Finding:
    if taken:
        return ok(f"an agent is connected as the Stasis application '{app}'")
    return warn(
        f"no agent is connected as the Stasis application '{app}'",
        "Callers go to the fallback queue until one is.",
        "systemctl start understudy (or: understudy serve)",
    )


def _read_only(settings: Settings, error: AriRefused) -> Finding:
    if error.status != 403:
        return fail(str(error), "Asterisk makes no bridges.", "asterisk -rx 'module show like ari'")
    return fail(
        f"the ARI user '{settings.ari.username}' may only read",
        "No call can be answered or handed over.",
        f"Set `read_only = no` in [{settings.ari.username}] of ari.conf, then: "
        "asterisk -rx 'module reload res_ari.so'",
    )
