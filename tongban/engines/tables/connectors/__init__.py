"""A department's source, handed to the engine as raw strings: every record arrives or is named.

One file per kind. A kind registers itself with `connects`; nothing else knows that it exists.
"""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from .options import settle
from .port import KINDS, Connector, Extract, Rejected, SourceUnreachable, UnknownKind, Unreconciled

__all__ = [
    "Connector",
    "Extract",
    "Rejected",
    "SourceUnreachable",
    "UnknownKind",
    "Unreconciled",
    "open_connector",
]


def open_connector(kind: str, options: Mapping[str, object], base: Path) -> Connector:
    """The connector for one source. Nothing is opened yet: `check` and `extract` do that.

    Relative paths in `options` are inside `base`; nothing outside of it can be named.
    """
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    if kind not in KINDS:
        raise UnknownKind(kind=kind, known=", ".join(sorted(KINDS)))
    return settle(KINDS[kind], kind, options, base)
