"""The small city of the loop's tests."""

from tests.loop.conftest import yunze

__all__ = ["yunze"]
