"""Whether Asterisk answers, lets us in, and is new enough."""

import re
from collections.abc import Sequence

from agent.asterisk.ari import AriClient, AriError, AriRefused, AriUnreachable
from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok, warn

OLDEST = 20
_TESTED = (20, 22)


async def look(settings: Settings) -> Sequence[Finding]:
    """Its version, as ARI tells it."""
    async with AriClient(settings.ari) as ari:
        try:
            info = await ari.info()
        except AriError as error:
            return [_why_not(settings, error)]
    return [judge_version(str(info["system"]["version"]), settings.ari.url)]


def judge_version(version: str, place: str) -> Finding:
    """`version` as in "22.10.1+dfsg-1"."""
    number = re.match(r"\d+", version)
    if number is None:
        return warn(
            f"Asterisk at {place} calls itself {version!r}",
            "It can't be told whether it is new enough.",
            f"asterisk -rx 'core show version'; {OLDEST} or newer is needed.",
        )
    if int(number[0]) < OLDEST:
        return fail(
            f"Asterisk {version} at {place}",
            f"Calls need what came with Asterisk {OLDEST} (externalMedia, queue's new arguments).",
            f"Install Asterisk {OLDEST} or newer.",
        )
    return ok(f"Asterisk {version} answers at {place}")


def _why_not(settings: Settings, error: AriError) -> Finding:
    ari = settings.ari
    if isinstance(error, AriRefused) and error.status == 401:
        return fail(
            f"Asterisk at {ari.url} does not let the ARI user '{ari.username}' in",
            "Either the password is wrong, or there is no such user in ari.conf. No call is taken.",
            "Make [ari] password in secrets.toml the one of "
            "/etc/asterisk/understudy/ari_password.conf, then: "
            "asterisk -rx 'module reload res_ari.so'",
        )
    if isinstance(error, AriRefused) and error.status == 404:
        return fail(
            f"A web server at {ari.url} answers, and it has no ARI",
            "No call is taken.",
            "Set `enabled = yes` in [general] of ari.conf, then: asterisk -rx 'core reload'; or "
            "correct [ari] url in understudy.toml.",
        )
    if isinstance(error, AriUnreachable):
        return fail(
            f"nothing answers at {ari.url} ({_reason(error)})",
            "Asterisk is down, or its web server is off or listens elsewhere. No call is taken.",
            "systemctl status asterisk; `enabled = yes` and bindaddr/bindport in http.conf "
            "(asterisk -rx 'http show status'); [ari] url in understudy.toml.",
        )
    return fail(
        str(error),
        "Asterisk's answer is no good, or comes too late. No call is taken.",
        "asterisk -rx 'core show uptime'; does it answer? See /var/log/asterisk/messages.",
    )


def _reason(error: AriError) -> str:
    found = re.search(r"\((.*?)\)", str(error))
    return found[1] if found else "no connection"
