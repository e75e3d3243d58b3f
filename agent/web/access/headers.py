"""Headers that tell browsers what a page of the desk may do: nothing from elsewhere."""

from collections.abc import Mapping

# Only scripts of this server run, and inline ones that bear the page's nonce. Styles may be
# inline: the drawings of calls are placed by them.
_POLICY = (
    "default-src 'none'",
    "script-src 'self' 'nonce-{nonce}'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with it browsers send forms with "Origin: null" (Fetch, 3.1), and whether
    # a form is ours could not be told from its origin.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Server": "Understudy",
}
_A_YEAR = "max-age=31536000"


def security_headers(nonce: str, *, secure: bool) -> Mapping[str, str]:
    """For every answer; over TLS browsers are told to come back over TLS only."""
    policy = "; ".join(_POLICY).format(nonce=nonce)
    over_tls = {"Strict-Transport-Security": _A_YEAR} if secure else {}
    return {"Content-Security-Policy": policy, **_ALWAYS, **over_tls}
