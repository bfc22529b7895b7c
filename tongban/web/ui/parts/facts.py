"""Where a fact comes from, what it is, and whether it proves a condition."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal

from tongban.web.ui.parts.part import Part

State = Literal["ok", "bad", "unknown", "wait"]


@dataclass(frozen=True, slots=True)
class Origin(Part):
    """The origin chip: short name of the office, dataset in plain words, time.

    `old` says why the fact is not fresh (未更新) and turns the chip amber; `at` as text is shown as
    it is (有效, 每日); `href` leads to the source row (staff) or an explanation (citizens).
    """

    template: ClassVar[str] = "ui/parts/origin.html"
    office: str
    dataset: str = ""
    at: datetime | date | str = ""
    kind: Literal["office", "self"] = "office"
    old: str = ""
    href: str = ""

    @property
    def is_words(self) -> bool:
        return isinstance(self.at, str)

    @property
    def classes(self) -> str:
        if self.old:
            return "tb-origin is-old"
        return "tb-origin is-self" if self.kind == "self" else "tb-origin"


@dataclass(frozen=True, slots=True)
class Dispute:
    """Where 这不对 is posted, who checks it, and within how many working days."""

    url: str
    office: str
    days: int


@dataclass(frozen=True, slots=True)
class Filed:
    """A correction that was asked for: of whom, and the latest day of the answer."""

    office: str
    by: date
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class Fact(Part):
    """One known value with its chip, inside `<dl class="tb-facts">`.

    Its buttons post the surrounding form, or the one named `form`, to `reveal_url` or to the
    dispute's url with the field `correct-<key>`; with htmx only this row is replaced.
    """

    template: ClassVar[str] = "ui/parts/fact.html"
    key: str
    label: str
    value: str
    origin: Origin | None = None
    mono: bool = False
    reveal_url: str = ""
    dispute: Dispute | None = None
    filed: Filed | None = None
    form: str = ""


@dataclass(frozen=True, slots=True)
class Check(Part):
    """One condition, the value found, the chips; inside `<ul class="tb-checks">`."""

    template: ClassVar[str] = "ui/parts/check.html"
    state: State
    condition: str
    found: str = ""
    origins: tuple[Origin, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands for a requirement: of whom, which value, from where."""

    value: str
    who: str = ""
    origin: Origin | None = None
    state: State = "ok"


@dataclass(frozen=True, slots=True)
class Requirement(Part):
    """A requirement at the left, its proofs at the right; open ones are tinted.

    `{% requirement it %}…{% endrequirement %}` adds what stands below the proofs (buttons, a plan).
    """

    template: ClassVar[str] = "ui/parts/requirement.html"
    state: State
    title: str
    basis: str = ""
    result: str = ""
    proofs: tuple[Proof, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Proofs(Part):
    """Small bars: how many requirements are proven, unknown, or to be looked at."""

    template: ClassVar[str] = "ui/parts/proofs.html"
    proven: int
    unknown: int = 0
    waiting: int = 0
    STEP: ClassVar[int] = 11

    @property
    def total(self) -> int:
        return self.proven + self.unknown + self.waiting

    @property
    def width(self) -> int:
        return max(self.total * self.STEP - 2, 0)

    @property
    def bars(self) -> list[tuple[int, str]]:
        kinds = "p" * self.proven + "u" * self.unknown + "l" * self.waiting
        return [(place * self.STEP, kind) for place, kind in enumerate(kinds)]


@dataclass(frozen=True, slots=True)
class Tag(Part):
    """A state in words. Icons are named by keyword: the build finds `icon="…"` and nothing else."""

    template: ClassVar[str] = "ui/parts/tag.html"
    text: str
    kind: str = ""  # ok, bad, unknown, teal, line
    icon: str = field(default="", kw_only=True)
    href: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Grade(Part):
    """The grade of a column, 1 to 4; it darkens with the level."""

    template: ClassVar[str] = "ui/parts/grade.html"
    level: int
