"""What the city's outside.toml agrees with another system: where it is, what it gets and gives."""

import datetime
import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tongban import validation
from tongban.business.cases.outside_models import OutsideService
from tongban.business.items.guide import Words
from tongban.engines.processes import times
from tongban.errors import Refusal

PREFIX = "outside:"  # of an operation of a process that another system carries out
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONGEST_TEXT = 2_000
Kind = Literal[
    "string", "string?", "boolean", "boolean?", "number", "number?", "date", "date?"
]  # with ? it may be null or missing
Value = str | bool | Decimal | datetime.date | None


class TermsInvalid(Refusal):
    """outside.toml, {code}: {problem_en}"""

    zh = "outside.toml 的 {code}：{problem_zh}"


class Mistyped(Exception):
    """The value of this name is missing, or is of another type."""

    def __init__(self, name: str, *, missing: bool) -> None:
        super().__init__(name)
        self.name, self.missing = name, missing


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(Strict):
    """One value that is given or taken, and what a person calls it."""

    type: Kind
    name: Words

    @property
    def required(self) -> bool:
        return not self.type.endswith("?")


class Tries(Strict):
    """`pause` is doubled after each try, up to `longest`."""

    most: int = Field(ge=1, le=50)
    pause: str
    longest: str


class Terms(Strict):
    """`limit`: from the step's beginning to the time-out. `poll`: how often the result is asked
    for. `refused`: answers that no further try would change, by HTTP status. `secret` is the name
    of an environment variable."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")
    name: Words
    system: Words
    office: str
    purpose: Words
    basis: Words
    address: str = Field(max_length=200)
    secret: str = Field(pattern=r"^[A-Z][A-Z0-9_]{2,63}$")
    wait: int = Field(ge=1, le=60)
    limit: str
    poll: str
    refused: tuple[int, ...] = (400, 401, 403, 422)
    tries: Tries
    inputs: dict[str, Item] = {}
    outputs: dict[str, Item] = Field(min_length=1)

    @field_validator("refused")
    @classmethod
    def _are_client_errors(cls, given: tuple[int, ...]) -> tuple[int, ...]:
        if not all(400 <= status < 500 for status in given):
            raise ValueError("every status is from 400 to 499")
        return given

    @field_validator("inputs", "outputs")
    @classmethod
    def _in_one_order(cls, given: dict[str, Item]) -> dict[str, Item]:
        """The database keeps none; a form shows first what must be filled in."""
        return dict(sorted(given.items(), key=lambda one: (not one[1].required, one[0])))

    def deadline(self, start: datetime.datetime) -> datetime.datetime:
        return _span(self.limit).after(start)

    def next_poll(self, at: datetime.datetime) -> datetime.datetime:
        return _span(self.poll).after(at)

    def next_try(self, at: datetime.datetime, tries: int) -> datetime.datetime:
        """After so many tries."""
        pause, longest = _span(self.tries.pause).time, _span(self.tries.longest).time
        doublings = min(max(tries - 1, 0), 20)
        return at + min(pause * 2**doublings, longest)


def read(content: Mapping[str, Any]) -> Terms:
    """Raises TermsInvalid with the service, the key and what is expected there."""
    code = str(content.get("code", "?"))
    try:
        terms = Terms.model_validate(content)
    except ValidationError as error:
        zh, en = validation.words(error)
        raise TermsInvalid(code=code, problem_zh=zh, problem_en=en) from error
    for key, zh, en in _problems(terms):
        raise TermsInvalid(code=code, problem_zh=f"{key}：{zh}", problem_en=f"{key}: {en}")
    return terms


def of(service: OutsideService) -> Terms:
    return Terms.model_validate(service.terms)


def live_codes() -> list[str]:
    return list(OutsideService.objects.order_by("code").values_list("code", flat=True))


def taken(agreed: Mapping[str, Item], given: Mapping[str, Any]) -> dict[str, Value]:
    """What is agreed, of what came as JSON; the rest is left behind. Raises Mistyped."""
    return {name: _checked(name, item.type, given, _from_json) for name, item in agreed.items()}


def typed(agreed: Mapping[str, Item], given: Mapping[str, str]) -> dict[str, Value]:
    """What a person typed. Raises Mistyped."""
    return {name: _checked(name, item.type, given, _from_text) for name, item in agreed.items()}


def canonical(values: Mapping[str, Value]) -> str:
    """As JSON that the same values always give."""
    return json.dumps(plain(values), ensure_ascii=False, sort_keys=True)


def plain(values: Mapping[str, Value]) -> dict[str, Any]:
    """As JSON has it: a date is text, a number without a fraction is whole."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Value) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _checked(name: str, kind: str, given: Mapping[str, Any], read_as: Any) -> Value:
    value = given.get(name)
    if value is None or value == "":
        if kind.endswith("?"):
            return None
        raise Mistyped(name, missing=True)
    found = read_as(kind.removesuffix("?"), value)
    if found is None:
        raise Mistyped(name, missing=False)
    return found


def _from_json(kind: str, value: Any) -> Value:
    """None where it is of another type."""
    if kind == "string":
        return value if isinstance(value, str) and _is_text(value) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if kind == "number":
        return _number(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    return _date(value) if isinstance(value, str) else None


def _from_text(kind: str, value: str) -> Value:
    if kind == "string":
        return value if _is_text(value) else None
    if kind == "boolean":
        return {"true": True, "false": False}.get(value)
    return _number_text(value) if kind == "number" else _date(value)


def _is_text(value: str) -> bool:
    return len(value) <= LONGEST_TEXT and value.replace("\n", "").isprintable()


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return Decimal(str(value)) if math.isfinite(value) and abs(value) < 10**15 else None


def _number_text(value: str) -> Decimal | None:
    try:
        return _number(Decimal(value.strip()))
    except InvalidOperation:
        return None


def _date(value: str) -> datetime.date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        return None


def _span(text: str) -> times.Duration:
    found = times.duration(text)
    assert found is not None, text  # judged when it was read
    return found


def _address(text: str) -> SplitResult | None:
    """None where no request could be made of it."""
    try:
        found = urlsplit(text)
        is_whole = found.port != 0  # reading it judges it
    except ValueError:
        return None
    return found if is_whole and text.isascii() and text.isprintable() and " " not in text else None


def _problems(terms: Terms):
    """What cannot be said by types; the first one counts."""
    spans = {
        "limit": terms.limit,
        "poll": terms.poll,
        "tries.pause": terms.tries.pause,
        "tries.longest": terms.tries.longest,
    }
    for key, text in spans.items():
        span = times.duration(text)
        if span is None or span.empty or (key.startswith("tries") and span.months):
            yield key, f"{text} 不是可用的时长，例如 PT10M", f"{text} is no duration such as PT10M"
    address = _address(terms.address)
    is_web = address is not None and address.scheme in ("http", "https") and address.hostname
    if address is None or not is_web or "@" in address.netloc:
        yield "address", "应为不含口令的 http(s) 地址", "an http(s) address without a password"
    elif address.scheme == "http" and address.hostname not in LOOPBACK:
        yield "address", "本机以外只能用 https", "https, unless it is this machine"
    elif address.query or address.fragment:
        yield "address", "不含 ? 和 #", "without ? and #"
    for name in (*terms.inputs, *terms.outputs):
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
            yield name, "名称应为小写字母、数字和下划线", "a name of small letters, digits and _"
