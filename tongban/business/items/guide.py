"""item.toml: what an item is and what it takes, in both languages; validated, named when wrong."""

import tomllib
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tongban import validation
from tongban.business.items.contents import once_each
from tongban.business.items.models import ItemVersion
from tongban.engines.clocks import Ground
from tongban.engines.clocks.limits import TEN_YEARS
from tongban.errors import Refusal

FILE = "item.toml"


class GuideInvalid(Refusal):
    """{file} is not valid: {problem_en}"""

    zh = "{file} 有误：{problem_zh}"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def told(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class ItemPart(Strict):
    code: str = Field(pattern=r"^[A-Z0-9]{2,16}$")
    name: Words
    office: str
    type: Literal["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20"]
    served: tuple[str, ...]
    case_kind: str
    instant: bool
    version_from: date
    summary: Words
    synonyms: tuple[str, ...]
    theme: Words
    channels: tuple[Literal["web", "mobile", "counter"], ...]
    visits: int = Field(ge=0)
    depth: str
    scope: Words


class Fee(Strict):
    charged: bool
    basis: Words


class Limit(Strict):
    days: int = Field(ge=0, le=TEN_YEARS)
    unit: Literal["working", "calendar"]


class Limits(Strict):
    statutory: Limit
    promised: Limit


class Stop(Strict):
    """On which ground of the law, and for how many working days at most, the clock of this item may
    be stopped. An item that names none leaves both to the officer."""

    ground: Ground
    days: int = Field(ge=1, le=TEN_YEARS)


class Law(Strict):
    title: Words
    article: Words
    says: Words


class Condition(Strict):
    code: str
    name: Words
    decision: str
    law: str


class Material(Strict):
    """`proven_by`: any one of these sets of facts stands in for the paper when all of it is known.
    Of materials with the same `alternatives`, one is enough."""

    code: str
    name: Words
    source: str
    required: bool
    proven_by: tuple[tuple[str, ...], ...]
    replaces: Words | None = None
    alternatives: str = ""


class DecisionPart(Strict):
    file: Literal["decision.dmn"]
    name: str
    inputs_from: Literal["facts"]
    also_from_form: tuple[str, ...] = ()


class ProcessPart(Strict):
    file: Literal["process.bpmn"]


class FormPart(Strict):
    file: Literal["form.json"]


class FactsPart(Strict):
    purpose: Words
    basis: Words
    used: tuple[str, ...]


class Years(Strict):
    """`after`: a fact, the last day of what the certificate prolongs; the years follow on it where
    it has not passed."""

    years: int = Field(ge=1, le=100)
    after: str = ""


class Result(Strict):
    certificate: str
    name: Words
    type_code: str
    valid: Years
    issuer: str
    face: tuple[str, ...]
    states: dict[Literal["holds", "valid_until"], str] = {}  # what of it → the fact it makes true


class PostPart(Strict):
    office: str
    name: Words


class Contact(Strict):
    phone: str
    complaints: str
    place: Words
    hours: Words


class Question(Strict):
    ask: Words
    answer: Words


class Guide(Strict):
    version: Literal[1]
    item: ItemPart
    fee: Fee
    limits: Limits
    law: tuple[Law, ...] = Field(min_length=1)
    suspensions: tuple[Stop, ...] = ()
    conditions: tuple[Condition, ...]
    materials: tuple[Material, ...]
    decision: DecisionPart
    process: ProcessPart
    form: FormPart
    facts: FactsPart
    result: Result
    posts: dict[str, PostPart]
    contact: Contact
    questions: tuple[Question, ...] = ()


def read(text: str, file: str) -> Guide:
    """Raises GuideInvalid with the file, the key and what is expected there."""
    try:
        guide = Guide.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        zh, en = validation.words(error)
        raise GuideInvalid(file=file, problem_zh=zh, problem_en=en) from error
    _check_phones(guide, file)
    _check_limits(guide, file)
    return guide


@once_each
def of(version: ItemVersion) -> Guide:
    """The guide of a stored version."""
    return Guide.model_validate(version.guide)


def _check_limits(guide: Guide, file: str) -> None:
    """So many working days never end before as many calendar days do."""
    promised, statutory = guide.limits.promised, guide.limits.statutory
    comparable = promised.unit in ("working", statutory.unit)
    if comparable and promised.days > statutory.days:
        raise GuideInvalid(
            file=file,
            problem_zh="limits.promised：承诺时限比法定时限长",
            problem_en="limits.promised: the promise is longer than the law allows",
        )


def _check_phones(guide: Guide, file: str) -> None:
    if guide.contact.phone == guide.contact.complaints:
        raise GuideInvalid(
            file=file,
            problem_zh="contact：咨询电话与投诉电话相同",
            problem_en="contact: phone and complaints are the same number",
        )
