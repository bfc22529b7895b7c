"""packages/<code>.toml: which items belong together, in which order, and what is asked once."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping

from pydantic import Field, ValidationError

from tongban import validation
from tongban.business.items.bundle import Bundle, Problem
from tongban.business.items.guide import Limit, Strict, Words
from tongban.errors import Refusal


class PackageInvalid(Refusal):
    """{file} is not valid: {problem_en}"""

    zh = "{file} 有误：{problem_zh}"


class PackagePart(Strict):
    """`shared`: keys of questions that several of the forms have and that mean the same in each."""

    code: str = Field(pattern=r"^[A-Z0-9]{2,16}$")
    name: Words
    lead: str
    summary: Words
    synonyms: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


class Member(Strict):
    """`after`: the items that have to be granted before this one can be."""

    code: str
    after: tuple[str, ...] = ()


class Option(Strict):
    value: str
    label: Words
    items: tuple[str, ...] = Field(min_length=1)


class Situation(Strict):
    """A question whose answer says which items are needed."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    ask: Words
    options: tuple[Option, ...] = Field(min_length=2)


class Terms(Strict):
    version: int = Field(ge=1, le=1)
    package: PackagePart
    items: tuple[Member, ...] = Field(min_length=2)
    situations: tuple[Situation, ...] = ()
    partial: Words  # what holds when one office grants and another refuses

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(member.code for member in self.items)

    def needed(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """The items for this situation, in the order of the package: what every answer names. A
        question without an answer leaves none out."""
        wanted = set(self.codes)
        for situation in self.situations:
            for option in situation.options:
                if answers.get(situation.key) == option.value:
                    wanted &= set(option.items)
        return tuple(code for code in self.codes if code in wanted)

    def unanswered(self, answers: Mapping[str, str]) -> list[Situation]:
        return [
            each
            for each in self.situations
            if answers.get(each.key) not in {option.value for option in each.options}
        ]


def parse(text: str, file: str) -> Terms:
    """Raises PackageInvalid with the file, the key and what is expected there."""
    try:
        terms = Terms.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        zh, en = validation.words(error)
        raise PackageInvalid(file=file, problem_zh=zh, problem_en=en) from error
    for zh, en in _flaws(terms):
        raise PackageInvalid(file=file, problem_zh=zh, problem_en=en)
    return terms


def longest(terms: Terms, codes: tuple[str, ...], limits: Mapping[str, Limit]) -> Limit:
    """How long these items take together: what waits for another adds up, what goes on side by side
    does not."""
    ends: dict[str, int] = {}

    def end(code: str) -> int:
        if code not in ends:
            member = next(each for each in terms.items if each.code == code)
            before = (end(each) for each in member.after if each in codes)
            ends[code] = limits[code].days + max(before, default=0)
        return ends[code]

    return Limit(days=max(map(end, codes)), unit=limits[codes[0]].unit)


def problems(terms: Terms, items: Mapping[str, Bundle]) -> Iterator[Problem]:
    """Where the package contradicts its items; `items` are those of the city by their codes."""
    missing = [code for code in terms.codes if code not in items]
    for code in missing:
        yield _problem(terms, f"没有事项 {code}", f"there is no item {code}")
    if missing:
        return
    held = {code: items[code] for code in terms.codes}
    units = {bundle.guide.limits.promised.unit for bundle in held.values()}
    if len(units) > 1:
        yield _problem(
            terms,
            "各事项的承诺时限单位不同，不能合计",
            "the promised limits of the items have different units and cannot be added up",
        )
    yield from _same_served(terms, held)
    yield from _questions(terms, held)


def _flaws(terms: Terms) -> Iterator[tuple[str, str]]:
    known = set(terms.codes)
    for code, times in Counter(terms.codes).items():
        if times > 1:
            yield f"items：{code} 出现了 {times} 次", f"items: {code} is there {times} times"
    for member in terms.items:
        for code in sorted(set(member.after) - known):
            yield f"items：{code} 不在其中", f"items: {code} is not among them"
        if member.after:
            yield (
                "items：after 尚不支持，各事项只能同时开始",
                "items: after is not supported yet; the items begin side by side",
            )
    for situation in terms.situations:
        for code in sorted({c for o in situation.options for c in o.items} - known):
            yield (
                f"situations.{situation.key}：{code} 不在事项中",
                f"situations.{situation.key}: {code} is not among the items",
            )


def _same_served(terms: Terms, held: Mapping[str, Bundle]) -> Iterator[Problem]:
    served = [set(bundle.guide.item.served) for bundle in held.values()]
    if not set.intersection(*served):
        yield _problem(
            terms,
            "没有一类申请人能申请其中全部事项",
            "no kind of applicant can apply for all of the items",
        )


def _questions(terms: Terms, held: Mapping[str, Bundle]) -> Iterator[Problem]:
    """One key is one question: shared where the package says so, and then of one kind; what is
    filled in from the same fact needs no word."""
    for key, asking in _by_key(held).items():
        shared = key in terms.package.shared
        facts = {field.fact for field in asking}
        if len(asking) > 1 and len({(field.type, field.fact) for field in asking}) > 1:
            yield _problem(
                terms,
                f"问题 {key} 在各事项的表单中不是同一个问题",
                f"question {key} is not the same in the forms of the items",
            )
        elif len(asking) > 1 and not shared and facts == {None}:
            yield _problem(
                terms,
                f"问题 {key} 在几个表单中都有，请写入 shared 或改名",
                f"several forms ask {key}: put it into shared, or give it another name",
            )
    for key in terms.package.shared:
        if len(_by_key(held).get(key, ())) < 2:
            yield _problem(
                terms,
                f"shared：只有不到两个表单问 {key}",
                f"shared: fewer than two forms ask {key}",
            )
    keys = set(_by_key(held))
    for situation in terms.situations:
        if situation.key in keys:
            yield _problem(
                terms,
                f"situations.{situation.key}：表单中已有同名问题",
                f"situations.{situation.key}: a form has a question of that name",
            )


def _by_key(held: Mapping[str, Bundle]) -> dict[str, list]:
    found: dict[str, list] = {}
    for bundle in held.values():
        for field in bundle.form.fields:
            found.setdefault(field.key, []).append(field)
    return found


def _problem(terms: Terms, zh: str, en: str) -> Problem:
    return Problem(f"packages/{terms.package.code}.toml", zh, en)
