"""What the texts of a version say."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from tongban.business.items.models import ItemVersion

T = TypeVar("T")


def once_each(parse: Callable[[ItemVersion], T]) -> Callable[[ItemVersion], T]:
    """Parsed once per process and content; after that the texts need not even be fetched."""
    parsed: dict[str, T] = {}

    @wraps(parse)
    def of(version: ItemVersion) -> T:
        if version.content_hash not in parsed:
            parsed[version.content_hash] = parse(version)
        return parsed[version.content_hash]

    return of
