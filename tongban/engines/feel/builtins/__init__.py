"""The functions every expression may call, by name; several signatures where FEEL has several."""

from collections.abc import Mapping

from tongban.engines.feel.builtins import (
    collections,
    contexts,
    conversion,
    dates,
    intervals,
    logic,
    numbers,
    ranges,
    strings,
)
from tongban.engines.feel.signatures import Signature

BUILTINS: Mapping[str, tuple[Signature, ...]] = {
    **conversion.FUNCTIONS,
    **logic.FUNCTIONS,
    **numbers.FUNCTIONS,
    **strings.FUNCTIONS,
    **collections.FUNCTIONS,
    **contexts.FUNCTIONS,
    **dates.FUNCTIONS,
    **intervals.FUNCTIONS,
    **ranges.FUNCTIONS,
}
