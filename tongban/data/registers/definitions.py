"""A register's .toml and facts.toml of a city folder: parsed, validated, named when wrong."""

import tomllib
from typing import Literal, TypeVar

from pydantic import Field, ValidationError

from tongban import validation
from tongban.data.lake.contract import Code, Name, Strict, Words
from tongban.errors import Refusal


class DefinitionInvalid(Refusal):
    """{file} is not valid: {problem_en}"""

    zh = "{file} 有误：{problem_zh}"


class KeyColumn(Strict):
    """A column whose values are keys of the register's subjects."""

    relation: str
    column: Name


class KeyPart(Strict):
    column: Name
    element: Code
    found_in: tuple[KeyColumn, ...] = Field(min_length=1)


class AttributePart(Strict):
    """A golden attribute; the first source that knows it speaks."""

    name: Name
    label: Words
    element: Code
    sources: tuple[str, ...] = Field(min_length=1)


class RegisterPart(Strict):
    code: Literal["person", "enterprise", "property"]
    name: Words
    owner: Code
    subject: str
    relation: str
    meaning: Words


class RegisterFile(Strict):
    version: Literal[1]
    register_: RegisterPart = Field(alias="register")
    key: KeyPart
    attributes: tuple[AttributePart, ...]

    @property
    def code(self) -> str:
        return self.register_.code

    @property
    def identity(self) -> str:
        """The relation that SQL models join to get subject ids."""
        return f"{self.register_.relation}_identity"


class FactPart(Strict):
    key: Name
    label: Words
    type: str
    grade: int = Field(ge=1, le=4)
    source: Code
    also_from: tuple[Code, ...] = ()
    element: str = ""  # none for a fact that is computed
    column: Name
    row: Name
    cycle: str
    meaning: Words
    rule: Words


class FactsFile(Strict):
    version: Literal[1]
    register_code: Code = Field(alias="register")
    relation: str
    facts: tuple[FactPart, ...]


def read_register(text: str, file: str) -> RegisterFile:
    """Raises DefinitionInvalid with the file, the key and what is expected there."""
    return _validated(RegisterFile, text, file)


def read_facts(text: str, file: str) -> FactsFile:
    """Raises DefinitionInvalid, also where a fact is named twice."""
    facts = _validated(FactsFile, text, file)
    keys = [fact.key for fact in facts.facts]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        zh, en = f"facts.{twice[0]}：重复定义", f"facts.{twice[0]}: named twice"
        raise DefinitionInvalid(file=file, problem_zh=zh, problem_en=en)
    return facts


Definition = TypeVar("Definition", bound=Strict)


def _validated(kind: type[Definition], text: str, file: str) -> Definition:
    try:
        return kind.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        zh, en = validation.words(error)
        raise DefinitionInvalid(file=file, problem_zh=zh, problem_en=en) from error
