"""A bar on standard error for what takes longer than two seconds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

PATIENCE_SECONDS = 2.0


@contextmanager
def bar() -> Iterator[Callable[[str, int, int], None]]:
    """Hands out `told(step, done, total)`; a new step is a new bar."""
    progress = Progress(console=Console(stderr=True), transient=True)
    began = time.monotonic()
    lines: dict[str, object] = {}

    def told(step: str, done: int, total: int) -> None:
        if step not in lines:
            lines[step] = progress.add_task(step, total=total)
        progress.update(lines[step], completed=done, total=total)  # pyright: ignore[reportArgumentType]
        if time.monotonic() - began > PATIENCE_SECONDS and not progress.live.is_started:
            progress.start()

    try:
        yield told
    finally:
        if progress.live.is_started:  # stopping what never began prints an empty line
            progress.stop()
