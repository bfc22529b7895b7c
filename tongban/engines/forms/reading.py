"""Reading JSON of which nothing is known: what is wrong is refused with its place."""

import json
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from tongban.engines.forms.refusals import Missing, NotJson, NotSupported, NotThatKind

TEXT = {"kind_en": "Text", "kind_zh": "文字"}
FLAG = {"kind_en": "“true” or “false”", "kind_zh": " true 或 false"}
NUMBER = {"kind_en": "A number", "kind_zh": "数字"}
MOST_DIGITS = 34  # of a number in FEEL; 1e999999999 would be written out in full
LIST = {"kind_en": "A list", "kind_zh": "列表"}
OBJECT = {"kind_en": "An object", "kind_zh": "对象"}


class Place:
    """A JSON object and where it stands. A member that is null counts as not there."""

    def __init__(self, data: object, path: str) -> None:
        if not isinstance(data, dict):
            raise NotThatKind(path, **OBJECT)
        self.path = path
        self._data: Mapping[str, object] = {
            name: value
            for name, value in cast("dict[str, object]", data).items()
            if value is not None
        }

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def value(self, name: str) -> object:
        return self._data.get(name)

    def text(self, name: str, default: str = "") -> str:
        value = self._data.get(name, default)
        if not isinstance(value, str):
            raise NotThatKind(self.at(name), **TEXT)
        return value.strip()

    def needed_text(self, name: str) -> str:
        found = self.text(name)
        if not found:
            raise Missing(self.path, name=name)
        return found

    def flag(self, name: str) -> bool:
        value = self._data.get(name, False)
        if not isinstance(value, bool):
            raise NotThatKind(self.at(name), **FLAG)
        return value

    def number(self, name: str) -> Decimal | None:
        """Refuses what is larger, or finer, than a number in FEEL can be."""
        value = self._data.get(name)
        if value is None:
            return None
        if not isinstance(value, Decimal) or abs(value.adjusted()) > MOST_DIGITS:
            raise NotThatKind(self.at(name), **NUMBER)
        return value

    def texts(self, name: str) -> list[str]:
        value = self._data.get(name, [])
        if not isinstance(value, list):
            raise NotThatKind(self.at(name), **LIST)
        items = cast("list[object]", value)
        if not all(isinstance(item, str) for item in items):
            raise NotThatKind(self.at(name), **TEXT)
        return cast("list[str]", items)

    def inner(self, name: str) -> "Place":
        return Place(self._data.get(name, {}), self.at(name))

    def items(self, name: str) -> Iterator["Place"]:
        value = self._data.get(name, [])
        if not isinstance(value, list):
            raise NotThatKind(self.at(name), **LIST)
        for number, item in enumerate(cast("list[object]", value)):
            yield Place(item, f"{self.at(name)}[{number}]")

    def check_only(self, names: Collection[str], owner: str) -> None:
        """Refuses a member that nobody here would read: what is not understood is not obeyed."""
        for name in self._data:
            if name not in names:
                raise NotSupported(self.at(name), name=name, owner=owner)


def read_json(text: str) -> Place:
    def refuse(constant: str) -> Any:
        raise NotJson("", why=f"{constant} is not a number")

    try:
        data = json.loads(text, parse_int=Decimal, parse_float=Decimal, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno}, column {error.colno}", why=error.msg) from error
    return Place(data, "")
