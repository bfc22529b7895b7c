"""simulation.toml: who applies when, who works when, how long it takes; every number is an
assumption and is shown beside what comes of it."""

import tomllib
from collections.abc import Collection, Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tongban import validation
from tongban.base.people.models import Post
from tongban.errors import Refusal

FILE = "simulation.toml"
CHANNELS = ("web", "phone", "counter")
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Amount = Annotated[float, Field(gt=0)]


class NoTerms(Refusal):
    """There is no {file}. A city folder that can be simulated has one; cities/yunze is an
    example."""

    zh = "没有 {file}。要模拟的城市目录须有该文件，可参照 cities/yunze。"


class BadTerms(Refusal):
    """{file} is not valid: {problem_en}"""

    zh = "{file} 有误：{problem_zh}"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spread(Strict):
    """A log-normal spread by what half and what nine in ten stay within."""

    median: Amount
    p90: Amount

    @model_validator(mode="after")
    def _in_order(self) -> "Spread":
        if self.p90 < self.median:
            raise ValueError("p90 cannot be less than the median")
        return self


class Hours(Strict):
    """When every office works on a working day."""

    begin: time
    noon: time
    again: time
    end: time

    @model_validator(mode="after")
    def _in_order(self) -> "Hours":
        if not self.begin < self.noon <= self.again < self.end:
            raise ValueError("begin, noon, again and end must follow each other")
        return self


class Arrivals(Strict):
    """Weights; `day_off` is against an ordinary working day."""

    by_month: tuple[Amount, ...] = Field(min_length=12, max_length=12)
    by_weekday: tuple[Amount, ...] = Field(min_length=5, max_length=5)
    by_hour: tuple[Weight, ...] = Field(min_length=24, max_length=24)
    day_off: Share

    @model_validator(mode="after")
    def _some_hour(self) -> "Arrivals":
        if not any(self.by_hour):
            raise ValueError("at least one hour of by_hour must be above 0")
        return self


class Outcomes(Strict):
    """What the rules say of those who apply."""

    true: Share
    false: Share
    unknown: Share

    @model_validator(mode="after")
    def _whole(self) -> "Outcomes":
        if abs(self.true + self.false + self.unknown - 1) > 1e-9:
            raise ValueError("true, false and unknown must add up to 1")
        return self


class Correction(Strict):
    """Of the cases that a person looks at, so many have to be corrected once: `question` gets
    another answer."""

    share: Share
    question: str
    answer: str


class Dispute(Strict):
    share: Share
    question: str


class Paper(Strict):
    """The same item without proof by fact: materials handed in and looked at one by one."""

    materials: int = Field(ge=1, le=50)
    corrections: Share
    check: Spread  # minutes for each material
    review: Spread  # minutes


class Item(Strict):
    code: str
    per_day: Amount
    channels: Mapping[str, Share]
    outcomes: Outcomes
    granted: Share  # of what the rules leave open
    answers: Mapping[str, str]
    handling: Mapping[str, Spread]  # minutes, by step of the process
    correction: Correction | None = None
    dispute: Dispute | None = None
    withdrawn: Share
    paper: Paper

    @model_validator(mode="after")
    def _channels(self) -> "Item":
        if set(self.channels) - set(CHANNELS) or abs(sum(self.channels.values()) - 1) > 1e-9:
            raise ValueError("channels are web, phone and counter, and add up to 1")
        return self


class Staff(Strict):
    office: str
    post: str
    people: int = Field(ge=1, le=1000)


class Cost(Strict):
    """Yuan."""

    officer_hour: Weight
    material: Weight  # what one material costs the applicant


class Terms(Strict):
    version: int = Field(ge=1, le=1)
    seed: int
    hours: Hours
    arrivals: Arrivals
    answer_days: Spread  # until an applicant answers
    withdrawn_days: Spread  # until one who withdraws does
    cost: Cost
    staff: tuple[Staff, ...] = Field(min_length=1)
    items: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> "Terms":
        codes = [item.code for item in self.items]
        desks = [f"{one.office}/{one.post}" for one in self.staff]
        for named in (codes, desks):
            twice = sorted({one for one in named if named.count(one) > 1})
            if twice:
                raise ValueError(f"{', '.join(twice)} is there twice")
        return self


def read(path: Path) -> Terms:
    """Of a city folder. Raises NoTerms and BadTerms."""
    file = path / FILE
    if not file.is_file():
        raise NoTerms(file=file)
    try:
        return parse(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        zh, en = "不是 UTF-8 文本", "it is no UTF-8 text"
        raise BadTerms(file=FILE, problem_zh=zh, problem_en=en) from error


def parse(text: str) -> Terms:
    try:
        return of(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        zh, en = validation.words(error)
        raise BadTerms(file=FILE, problem_zh=zh, problem_en=en) from error


def of(content: Mapping[str, Any]) -> Terms:
    try:
        return Terms.model_validate(content)
    except ValidationError as error:
        zh, en = validation.words(error)
        raise BadTerms(file=FILE, problem_zh=zh, problem_en=en) from error


def check_desks(terms: Terms, needed: Collection[tuple[str, str]]) -> None:
    """Somebody sits at every desk (office, post) that a step of the simulated items needs."""
    missing = sorted(set(needed) - {(one.office, one.post) for one in terms.staff})
    if missing:
        said = ", ".join(f"{office}/{post}" for office, post in missing)
        raise BadTerms(
            file=FILE,
            problem_zh=f"staff：缺少 {said} 的人员",
            problem_en=f"staff: nobody at {said}",
        )


def check_city(
    terms: Terms, *, offices: Collection[str], items: Collection[str], uses: Collection[str]
) -> None:
    """It names offices, posts and items of its city alone, and these may be simulated: a grant is
    for the use."""
    wrong = [f"staff {one.office}" for one in terms.staff if one.office not in offices]
    wrong += [f"staff {one.post}" for one in terms.staff if one.post not in Post.Role.values]
    wrong += [f"items {one.code}" for one in terms.items if one.code not in items]
    needed = [f"simulate:{one.code}" for one in terms.items if one.code in items]
    wrong += [f"grants {use}" for use in needed if use not in uses]
    if wrong:
        named = ", ".join(wrong)
        raise BadTerms(
            file=FILE,
            problem_zh=f"城市目录中没有 {named}",
            problem_en=f"not in this city folder: {named}",
        )
