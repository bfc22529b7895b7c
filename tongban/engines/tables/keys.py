"""Data keys: one per staging; whoever destroys it takes the files from everybody."""

from dataclasses import dataclass, field
from typing import Protocol

from tongban.errors import Refusal

KEY_BYTES = 32


class KeyDestroyed(Refusal):
    """The data under key {key} can no longer be read: the key was destroyed."""

    zh = "密钥 {key} 下的数据已不能读取：密钥已经销毁。"


@dataclass(frozen=True)
class DataKey:
    """`secret` is 32 random bytes and never shown; `id` is safe to log and stands in file paths."""

    id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"data key {self.id} has {len(self.secret)} bytes, not {KEY_BYTES}")


class Keyring(Protocol):
    def create(self, table: str, run: str) -> DataKey:
        """A new key, kept before this returns: no file may outlive its key."""
        ...

    def secret(self, id: str) -> bytes:
        """Raises KeyDestroyed."""
        ...

    def destroy(self, ids: frozenset[str], reason: str) -> None:
        """For ever, and again without complaint: an interrupted erasure is repeated."""
        ...
