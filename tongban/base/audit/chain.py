"""What exactly is proven about a row, a place in the chain and an anchor: text under HMAC-SM3."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings

PURPOSE = "audit"
GENESIS = bytes(32)  # stands before the first seal
PROVEN = (
    *("kind", "subject_type", "subject_id", "actor", "office", "post", "purpose", "basis"),
    *("outcome", "at", "details", "edition", "rows", "subjects", "query", "query_digest"),
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=bytes.hex
).encode


def event_text(values: Iterable[object]) -> str:
    """The canonical text of a row, given its PROVEN columns in order, `at` in microseconds.

    What is empty is left out, so a column added later, empty by default, leaves old proofs valid.
    """
    named = zip(PROVEN, values, strict=True)
    return _encode({name: value for name, value in named if value or value == 0})


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def proof(text: str) -> bytes:
    return settings.VAULT.digest(f"event {text}", PURPOSE)


def seal_hash(previous: bytes, sequence: int, event: int, event_proof: bytes, at: int) -> bytes:
    """The row enters through its proof: whichever of the two is changed, something breaks."""
    return settings.VAULT.digest(
        f"seal {previous.hex()} {sequence} {event} {event_proof.hex()} {at}", PURPOSE
    )
