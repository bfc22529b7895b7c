"""The one door to FEEL: conditions, mappings, scripts, computed times.

Where a model declares its variables, an unknown name is refused when the model is loaded
(`closed`). Where it declares none (`opened`), every word that could be a name is taken for one.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from tongban.engines import feel
from tongban.engines.feel import lexer
from tongban.engines.feel.types import ANY, DATE, DATE_TIME, Type
from tongban.engines.feel.values import Value

Expression = feel.Program

CLOCK: Mapping[str, Type] = {"now()": DATE_TIME, "today()": DATE}


def closed(text: str, known: Mapping[str, Type]) -> Expression:
    """Raises `FeelError`, also for a name that is not known."""
    return feel.compile(text, feel.Scope({**known, **CLOCK}))


def opened(text: str, known: Mapping[str, Type]) -> Expression:
    """Raises `FeelError`."""
    return closed(text, dict.fromkeys(_possible_names(text), ANY) | dict(known))


def _possible_names(text: str) -> Iterator[str]:
    """Words that are no keyword and call nothing: `count(votes)` reads `votes` alone."""
    tokens = lexer.tokens(text)
    for token, after in zip(tokens, tokens[1:], strict=False):
        if token.kind == lexer.NAME and token.text not in lexer.KEYWORDS and not after.is_("("):
            yield token.text


def evaluate(expression: Expression, values: Mapping[str, Value], at: datetime) -> Value:
    """The value; `now()` and `today()` are those of the event that is being handled."""
    if expression.reads & CLOCK.keys():
        values = {**values, "now()": at, "today()": at.date()}
    return expression(values)
