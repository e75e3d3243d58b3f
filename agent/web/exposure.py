"""Whether the web server may listen where it is told to, and its TLS."""

import ssl

from agent.config import WebSettings
from agent.errors import UnderstudyError
from agent.web.access.peer import is_loopback


class WebError(UnderstudyError):
    """The web server can't start."""


def protection_of(settings: WebSettings) -> ssl.SSLContext | None:
    """TLS 1.2 or later with the configured certificate; None: not configured.

    Raises WebError for an address that others reach without TLS, unless that is meant, and for a
    certificate that can't be used.
    """
    guarded = settings.tls_certificate or settings.trusted_proxies or settings.insecure
    if not guarded and not is_loopback(settings.host):
        raise WebError(
            f"The web server won't listen on {settings.host} (web.host) without TLS, where "
            "passwords could be read on the way: set web.tls_certificate and web.tls_key, or "
            "web.trusted_proxies for a proxy with TLS before it, or web.insecure = true."
        )
    return _tls(settings)


def _tls(settings: WebSettings) -> ssl.SSLContext | None:
    certificate, key = settings.tls_certificate, settings.tls_key
    if not certificate:
        if key:
            raise WebError(f"web.tls_key {key} has no certificate: set web.tls_certificate, too.")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key or None)
    except (OSError, ssl.SSLError) as error:
        why = error.strerror or str(error)
        raise WebError(
            f"web.tls_certificate {certificate} with web.tls_key {key or 'in the same file'} can't "
            f"be used ({why}): give PEM files of one pair that this user may read."
        ) from None
    return context
