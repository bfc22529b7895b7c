"""What the texts of a version say."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from tongban.business.items.models import ItemVersion
from tongban.business.items.package_models import PackageVersion

T = TypeVar("T")
V = TypeVar("V", ItemVersion, PackageVersion)
MOST = 1_000  # of each kind: every draft that is tried is one more


def once_each(parse: Callable[[V], T]) -> Callable[[V], T]:
    """Parsed once per process and content; after that the texts need not even be fetched. Of many
    the oldest is given up, and parsed anew when it is asked for."""
    parsed: dict[str, T] = {}

    @wraps(parse)
    def of(version: V) -> T:
        found = parsed.get(version.content_hash)
        if found is None:
            found = parsed[version.content_hash] = parse(version)
            if len(parsed) > MOST:
                parsed.pop(next(iter(parsed)), None)  # the oldest
        return found

    return of
