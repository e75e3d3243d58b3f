"""Names of people and tokens."""

import re

from agent.web.access.errors import AccountError

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


def normal_name(text: str) -> str:
    """The name as it is kept: in small letters. Raises AccountError."""
    name = text.strip().casefold()
    if not _NAME.fullmatch(name):
        raise AccountError(
            f"'{text}' can't be a name: take up to 64 letters (a to z), digits and . _ @ -, the "
            "first a letter or digit."
        )
    return name
