"""Keys and what is done with them: seal, open, digest, wrap.

The master key never enters the database. This software vault is for demonstrations and tests; a
certified device (GM/T 0018) takes its place behind the same three methods.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tongban import secret_file

NONCE_BYTES = 12
TAG_BYTES = 16
MASTER_BYTES = 32


class Unreadable(Exception):
    """The sealed bytes were changed, or sealed for another purpose or with another key."""


class SoftwareVault:
    def __init__(self, master: bytes):
        if len(master) != MASTER_BYTES:
            raise ValueError(f"the master key has {len(master)} bytes, not {MASTER_BYTES}")
        self._master = master
        self._derived: dict[str, bytes] = {}

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """SM4-GCM under a key of this purpose: nonce, ciphertext, tag."""
        nonce = os.urandom(NONCE_BYTES)
        encryptor = Cipher(algorithms.SM4(self._sm4_key(purpose)), modes.GCM(nonce)).encryptor()
        return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Raises Unreadable when a byte was changed or the purpose is another."""
        nonce, body, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], sealed[-TAG_BYTES:]
        try:
            decryptor = Cipher(
                algorithms.SM4(self._sm4_key(purpose)), modes.GCM(nonce, tag)
            ).decryptor()
            return decryptor.update(body) + decryptor.finalize()
        except (InvalidTag, ValueError) as error:
            raise Unreadable(purpose) from error

    def digest(self, text: str, purpose: str) -> bytes:
        """HMAC-SM3, 32 bytes: finds a sealed value again without opening any."""
        return hmac.new(self._key(purpose), text.encode(), "sm3").digest()

    def _sm4_key(self, purpose: str) -> bytes:
        return self._key(purpose)[:16]

    def _key(self, purpose: str) -> bytes:
        if purpose not in self._derived:
            self._derived[purpose] = hmac.new(self._master, purpose.encode(), "sm3").digest()
        return self._derived[purpose]


def from_text(text: str) -> SoftwareVault:
    """`text` is 32 random bytes in base64, as `TONGBAN_MASTER_KEY` holds them."""
    return SoftwareVault(base64.b64decode(text.strip(), validate=True))


def from_file(path: Path) -> SoftwareVault:
    """The key file of a machine without a key provider; made on first use, for its owner alone."""
    return from_text(secret_file.text(path, _new_key))


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(MASTER_BYTES)).decode()


def fingerprint(text: str) -> str:
    """SM3 of content that is no secret, in hex."""
    return hashlib.new("sm3", text.encode()).hexdigest()
