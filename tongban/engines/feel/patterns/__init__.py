"""Regular expressions as XPath writes them, for `matches`, `replace` and `split`."""

from tongban.engines.feel.patterns.machine import Ends, Pattern
from tongban.engines.feel.patterns.reading import BadPattern
from tongban.engines.feel.patterns.syntax import read

__all__ = ["BadPattern", "Ends", "Pattern", "read"]
