"""The one door to FEEL: conditions, mappings, scripts, computed times.

Where a model declares its variables, an unknown name is refused when the model is loaded
(`closed`). Where it declares none (`opened`), every word that could be a name is taken for one.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache

from tongban.engines import feel
from tongban.engines.feel import CLOCK, lexer
from tongban.engines.feel.types import ANY, Type
from tongban.engines.feel.values import Value

Expression = feel.Program


@lru_cache(4096)
def _compiled(text: str, known: frozenset[tuple[str, Type]]) -> Expression:
    """The same text stands on many edges of a large model; a program can be shared."""
    return feel.compile(text, feel.Scope({**dict(known), **CLOCK}))


def closed(text: str, known: Mapping[str, Type]) -> Expression:
    """Raises `FeelError`, also for a name that is not known."""
    return _compiled(text, frozenset(known.items()))


def opened(text: str, known: Mapping[str, Type]) -> Expression:
    """Raises `FeelError`."""
    return closed(text, dict.fromkeys(_possible_names(text), ANY) | dict(known))


def words(text: str) -> frozenset[str]:
    """What could be the name of a variable. Raises `FeelError`."""
    return frozenset(token.text for token in lexer.tokens(text) if token.kind == lexer.NAME)


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
