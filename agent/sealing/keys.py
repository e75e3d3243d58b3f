"""The keys of encryption at rest, and values sealed with them (AES-256-GCM, NIST SP 800-38D).

Key file: one key a line, 32 bytes in base64; empty lines and lines that begin with # mean nothing.
The first key writes, all of them read: a new first line is a rotation.
"""

import base64
import binascii
import hashlib
import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from agent.sealing.errors import KeyFileError, KeyMissing, SealBroken

KEY_BYTES = 32
ID_BYTES: Final = 4
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class KeyRing:
    """Keys to seal and unseal with; an empty one seals nothing."""

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        """`keys`: 32 bytes each; the first one seals."""
        self._keys = {_id_of(key): key for key in keys}
        self._ciphers = {key_id: AESGCM(key) for key_id, key in self._keys.items()}
        self._first = _id_of(keys[0]) if keys else None

    def __bool__(self) -> bool:
        return self._first is not None

    @property
    def first(self) -> bytes:
        """The id of the key that seals, 4 bytes. Raises KeyMissing when there is none."""
        if self._first is None:
            raise KeyMissing("There is no key to encrypt with: set records.encryption_key_file.")
        return self._first

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """Key id (4 bytes), nonce (12), ciphertext and tag (16); `context` is authenticated.

        Random nonces allow 2**32 values a key (SP 800-38D, 8.3).
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self.first + nonce + self._ciphers[self.first].encrypt(nonce, plain, context)

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """What was sealed in the same context. Raises KeyMissing and SealBroken."""
        key_id, rest = sealed[:ID_BYTES], sealed[ID_BYTES:]
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise _missing(key_id)
        try:
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise SealBroken(
                f"An encrypted value ({context.decode()}) was changed after it was written: "
                "restore it from a back-up."
            ) from None

    def of_file(self, key_id: bytes, salt: bytes) -> AESGCM:
        """A cipher for one file, from the key and the file's own salt (HKDF, RFC 5869).

        Raises KeyMissing.
        """
        if key_id not in self._keys:
            raise _missing(key_id)
        derived = HKDF(SHA256(), KEY_BYTES, salt, b"understudy recording")
        return AESGCM(derived.derive(self._keys[key_id]))


def load_keys(path: Path | None) -> KeyRing:
    """The keys of a file; an empty ring where no file is configured. Raises KeyFileError."""
    if path is None:
        return KeyRing()
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii")
    except OSError as error:
        raise KeyFileError(
            f"The key file {path} can't be read ({error.strerror}): make one with `understudy "
            "records key`, or correct records.encryption_key_file."
        ) from None
    except UnicodeDecodeError:
        text = "?"
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(f"The key file {path} is open to other users: chmod 600 {path}")
    lines = [line.strip() for line in text.splitlines()]
    keys = [_key(path, line) for line in lines if line and not line.startswith("#")]
    if not keys:
        raise KeyFileError(
            f"The key file {path} has no key: add one with `understudy records key`."
        )
    return KeyRing(keys)


def add_key(path: Path) -> str:
    """Put a new key in front of a file's keys, or make the file (mode 600); returns the key's id.

    Raises KeyFileError; the file is then as it was.
    """
    earlier = ""
    if path.exists():
        load_keys(path)
        earlier = path.read_text("ascii")
    key = secrets.token_bytes(KEY_BYTES)
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{base64.b64encode(key).decode()}\n{earlier}")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise KeyFileError(
            f"The key file {path} can't be written ({error.strerror}): name one in a directory "
            "that you may write to."
        ) from None
    return _id_of(key).hex()


def _key(path: Path, line: str) -> bytes:
    try:
        key = base64.b64decode(line, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(
            f"The key file {path} has a line that is no key ({KEY_BYTES} bytes in base64): "
            "correct it, or make a file with `understudy records key`."
        )
    return key


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"understudy key id" + key).digest()[:ID_BYTES]


def _missing(key_id: bytes) -> KeyMissing:
    return KeyMissing(
        f"This is encrypted with the key {key_id.hex()}, which is not at hand: name the file that "
        "has it in records.encryption_key_file."
    )
