"""The libraries that come without types, taken in once."""

from typing import Any, TypeAlias

import lxml.etree  # pyright: ignore[reportMissingTypeStubs]
import pyarrow  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.csv  # pyright: ignore[reportMissingTypeStubs]

etree: Any = lxml.etree  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
pa: Any = pyarrow
pc: Any = pyarrow.csv

Element: TypeAlias = Any
Schema: TypeAlias = Any
Table: TypeAlias = Any
