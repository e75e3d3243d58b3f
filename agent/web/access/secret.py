"""Random tokens, and the digest under which one is kept."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, as 43 characters that need no quoting."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal: enough for a secret that nobody can guess or has chosen."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
