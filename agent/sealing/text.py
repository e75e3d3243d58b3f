"""Texts that say themselves whether they are sealed: old and new ones stand side by side."""

import base64
import binascii

from agent.sealing.errors import SealBroken
from agent.sealing.keys import KeyRing

MARK = "sealed:v1"


def seal_text(keys: KeyRing, text: str, context: str) -> str:
    """The text in ASCII that only the keys' owner reads; as it is where there are no keys.

    `context`, as "turns.text", is authenticated: a value is not to be taken for another kind's.
    """
    if not keys:
        return text
    return f"{MARK}:{base64.b64encode(keys.seal(text.encode(), context.encode())).decode()}"


def unseal_text(keys: KeyRing, text: str, context: str) -> str:
    """The text that was sealed; one that is not sealed as it is. Raises KeyMissing, SealBroken."""
    if not text.startswith(f"{MARK}:"):
        return text
    try:
        sealed = base64.b64decode(text.removeprefix(f"{MARK}:"), validate=True)
    except binascii.Error:
        raise SealBroken(
            f"An encrypted value ({context}) was cut off: restore it from a back-up."
        ) from None
    return keys.unseal(sealed, context.encode()).decode()
