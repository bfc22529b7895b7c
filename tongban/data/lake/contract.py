"""The contract of a resource, schema v1 (docs/adr/0003): parsed, validated, named when wrong."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tongban import validation
from tongban.errors import Refusal

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
Share = Literal["unconditional", "conditional", "denied"]
Severity = Literal["error", "warning"]
Often = Literal["realtime", "daily", "weekly", "monthly"]
Cycle = Literal[Often, "quarterly", "halfyearly", "yearly", "irregular"]

# Names that the lake gives to columns and checks of its own.
OWN_COLUMNS = re.compile(r"_(load|position|line|raw|bad|repeated|c[0-9]+)", re.IGNORECASE)
FED = "platform"  # the kind of connection
OWN_CHECKS = ("KEY", "ROW", "ERASED")


class ContractInvalid(Refusal):
    """The contract {file} is not valid: {problem_en}"""

    zh = "契约 {file} 有误：{problem_zh}"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class ResourcePart(Strict):
    code: Code
    table: Name
    name: Words
    owner: Code
    purpose: Words
    cycle: Cycle
    share: Share
    open: bool = False
    key: tuple[str, ...] = Field(min_length=1)


class ColumnPart(Strict):
    name: str = Field(min_length=1, max_length=63)
    label: Words
    element: Code
    required: bool = False
    type: str | None = None
    grade: int | None = Field(default=None, ge=1, le=4)
    share: Share | None = None


class CheckPart(Strict):
    code: Code
    name: Words
    expression: str = Field(min_length=1)
    severity: Severity
    column: str
    dimension: Literal[
        "accuracy", "timeliness", "completeness", "uniqueness", "consistency", "conformity"
    ] = "consistency"


class NamedPart(Strict):
    """A natural person whom a row about somebody else only names: erasing him empties these cells,
    and the row stays."""

    number: Name
    others: tuple[Name, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The one that tells who it is comes first."""
        return (self.number, *self.others)


class Contract(Strict):
    version: Literal[1]
    resource: ResourcePart
    connection: dict[str, Any]
    columns: tuple[ColumnPart, ...] = Field(min_length=1)
    checks: tuple[CheckPart, ...] = ()
    named: NamedPart | None = None

    @property
    def table(self) -> str:
        return f"ods.{self.resource.table}"

    @property
    def kind(self) -> str:
        return str(self.connection["kind"])

    @property
    def is_fed(self) -> bool:
        """The platform hands its rows in; nobody collects it."""
        return self.kind == FED

    def column(self, name: str) -> ColumnPart:
        return next(column for column in self.columns if column.name == name)


def parse(text: str, file: str) -> Contract:
    """Raises ContractInvalid with the file, the key or line, and what is expected there."""
    try:
        return from_content(tomllib.loads(text), file)
    except tomllib.TOMLDecodeError as error:
        zh, en = validation.words(error)
        raise ContractInvalid(file=file, problem_zh=zh, problem_en=en) from error


def read(path: Path) -> Contract:
    return parse(path.read_text(encoding="utf-8"), path.name)


def from_content(content: Mapping[str, Any], file: str) -> Contract:
    try:
        contract = Contract.model_validate(content)
    except ValidationError as error:
        zh, en = validation.words(error)
        raise ContractInvalid(file=file, problem_zh=zh, problem_en=en) from error
    problems = list(_contradictions(contract))
    if problems:
        zh, en = zip(*problems, strict=True)
        raise ContractInvalid(file=file, problem_zh="；".join(zh), problem_en="; ".join(en))
    return contract


def _contradictions(contract: Contract) -> Iterator[tuple[str, str]]:
    names = [column.name for column in contract.columns]
    yield from _twice("columns", [name.lower() for name in names])  # as the engine reads them
    for name in filter(OWN_COLUMNS.fullmatch, names):
        yield f"columns.{name}：为系统保留", f"columns.{name}: reserved for the lake"
    if "kind" not in contract.connection:
        yield "connection.kind：缺少此键", "connection.kind: missing"
    for name in contract.resource.key:
        if name not in names:
            yield f"resource.key：没有列 {name}", f"resource.key: no column {name}"
    if contract.named:
        yield from _naming(contract, contract.named)
    codes = [check.code for check in contract.checks]
    yield from _twice("checks", codes)
    for code in sorted(set(codes) & set(OWN_CHECKS)):
        yield f"checks.{code}：为系统保留", f"checks.{code}: reserved for the lake"
    for check in contract.checks:
        if check.column not in names:
            place = f"checks.{check.code}.column"
            yield f"{place}：没有列 {check.column}", f"{place}: no column {check.column}"


def _naming(contract: Contract, named: NamedPart) -> Iterator[tuple[str, str]]:
    columns = {column.name: column for column in contract.columns}
    for name in named.columns:
        if name not in columns:
            yield f"named：没有列 {name}", f"named: no column {name}"
        elif columns[name].required:
            zh = f"named：列 {name} 为必填，删除后整行将被隔离"
            en = f"named: column {name} is required; without it the row would be quarantined"
            yield zh, en


def _twice(part: str, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{part}.{name}：重复定义", f"{part}.{name}: named twice"
