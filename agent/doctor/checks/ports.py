"""Whether enough RTP ports are free, and nobody else uses the same range."""

import errno
import socket
from collections.abc import Sequence

from agent.config import Settings
from agent.doctor.finding import Finding, ok, warn
from agent.doctor.probe import open_probe
from agent.errors import UnderstudyError
from agent.media.ports import PortRange

_FEW = 20


async def look(settings: Settings) -> Sequence[Finding]:
    """Try every even port, and compare the range with rtp.conf on the same machine."""
    media = settings.media
    free = count_free(media.bind_host, PortRange(media.first_port, media.last_port))
    place = f"[media] ports {media.first_port}-{media.last_port} on {media.bind_host}"
    if free < _FEW:
        findings = [
            warn(
                f"{free} even ports are free of {place}",
                "A call takes one; without one it goes to the queue.",
                "Widen first_port and last_port of [media] in understudy.toml; "
                "`ss -lunp` shows who has them",
            )
        ]
    else:
        findings = [ok(f"{free} even ports are free of {place}")]
    if media.bind_host.startswith("127."):
        findings += await _overlap(settings)
    return findings


def count_free(bind_host: str, ports: PortRange) -> int:
    """Even ports that can be bound now; 0 for an address that isn't this machine's."""
    family = socket.AF_INET6 if ":" in bind_host else socket.AF_INET
    free = 0
    for port in ports.even_ports(0):
        with socket.socket(family, socket.SOCK_DGRAM) as tried:
            try:
                tried.bind((bind_host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    return 0
            else:
                free += 1
    return free


async def _overlap(settings: Settings) -> list[Finding]:
    try:
        async with open_probe(settings.ari) as probe:
            first = int(await probe.evaluate("AST_CONFIG(rtp.conf,general,rtpstart)"))
            last = int(await probe.evaluate("AST_CONFIG(rtp.conf,general,rtpend)"))
    except (UnderstudyError, ValueError):
        return []  # it has its defaults, or is away, which another check tells
    media = settings.media
    if last < media.first_port or first > media.last_port:
        return [ok(f"Asterisk's own range {first}-{last} is another one")]
    return [
        warn(
            f"Asterisk's RTP range {first}-{last} (rtp.conf) overlaps with ours",
            "Each may find the other on a port it wants.",
            f"Set [media] first_port above {last} in understudy.toml, or rtpend below "
            f"{media.first_port} in rtp.conf",
        )
    ]
