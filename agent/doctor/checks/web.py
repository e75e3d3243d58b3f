"""Whether the desk can be reached, and safely."""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from cryptography import x509

from agent.config import Settings, WebSettings
from agent.doctor.finding import Finding, fail, ok, warn
from agent.web.exposure import WebError, protection_of

_ANSWER_S = 3.0
_SOON = timedelta(days=21)


async def look(settings: Settings) -> Sequence[Finding]:
    """Exposure, the port, the certificate."""
    web = settings.web
    try:
        protection_of(web)
    except WebError as error:
        seen, _, remedy = str(error).partition(": ")
        return [fail(seen, "`understudy serve` does not start.", remedy)]
    findings = [await _port(web)]
    if web.tls_certificate:
        certificate = await asyncio.to_thread(_read, web.tls_certificate)
        expires = certificate.not_valid_after_utc
        findings.append(judge_certificate(web.tls_certificate, expires, datetime.now(UTC)))
    return findings


async def _port(web: WebSettings) -> Finding:
    host = "127.0.0.1" if web.host in ("0.0.0.0", "::", "localhost") else web.host  # noqa: S104
    place = f"{web.host}:{web.port}"
    if (answer := await _ask_live(web, host)) is not None:
        if answer:
            return ok(f"the desk answers at {place}")
        return fail(
            f"another program's web server answers at {place}",
            "`understudy serve` does not start.",
            f"ss -ltnp 'sport = :{web.port}' shows whose it is; or set [web] port",
        )
    try:
        server = await asyncio.start_server(lambda *_: None, web.host, web.port)
    except OSError as error:
        return fail(
            f"{place} can't be listened on ({error.strerror})",
            "`understudy serve` does not start.",
            f"ss -ltnp 'sport = :{web.port}' shows who has it; set [web] host to an address of "
            "this machine, or another [web] port",
        )
    server.close()
    await server.wait_closed()
    return ok(f"{place} is free for the desk (no agent runs)")


async def _ask_live(web: WebSettings, host: str) -> bool | None:
    """Whether our /health/live is there; None: nobody answers."""
    scheme = "https" if web.tls_certificate else "http"
    shown = f"[{host}]" if ":" in host else host
    timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
    # The question is who listens, not whether the certificate is in this name.
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{scheme}://{shown}:{web.port}/health/live", ssl=tls) as response,
        ):
            return response.status == 200
    except aiohttp.ClientConnectorError:
        return None
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


def _read(path: str) -> x509.Certificate:
    return x509.load_pem_x509_certificates(Path(path).read_bytes())[0]


def judge_certificate(path: str, expires: datetime, now: datetime) -> Finding:
    """Three weeks are time enough to get a new one."""
    left = expires - now
    seen = f"the certificate {path} is good until {expires:%Y-%m-%d} ({left.days} days)"
    if left > _SOON:
        return ok(seen)
    make = fail if left <= timedelta(0) else warn
    return make(
        seen,
        "Browsers refuse the desk after that day.",
        "Put the new one in its place and restart understudy; with certbot: certbot renew",
    )
