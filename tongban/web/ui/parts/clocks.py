"""Clocks and the course of a case."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from django.utils.translation import gettext_lazy as _

from tongban.web.ui.parts.facts import Origin
from tongban.web.ui.parts.part import Part

Progress = Literal["done", "now", "next", "stop"]

# What the colour says to those who cannot see it, and the words of a lamp that has no others.
COLOURS = {
    "none": (_("无灯"), _("时间充裕")),
    "blue": (_("蓝灯"), _("时间过半")),
    "yellow": (_("黄灯"), _("即将到期")),
    "red": (_("红灯"), _("承诺超期")),
    "purple": (_("紫灯"), _("法定超期")),
    "paused": (_("停表"), _("停表")),
}


@dataclass(frozen=True, slots=True)
class Lamp(Part):
    """A supervision signal of a clock: colour, shape and words."""

    template: ClassVar[str] = "ui/parts/lamp.html"
    colour: str  # of engines.clocks.Light
    words: str = ""

    @property
    def spoken(self) -> str:
        return str(COLOURS[self.colour][0])

    @property
    def shown(self) -> str:
        return self.words or str(COLOURS[self.colour][1])


@dataclass(frozen=True, slots=True)
class Clock(Part):
    """A lamp above a bar of the time used, in per cent; None for a clock that stands still."""

    template: ClassVar[str] = "ui/parts/clock.html"
    colour: str  # of engines.clocks.Light
    words: str
    used: int | None = None
    note: str = ""

    @property
    def lamp(self) -> Lamp:
        return Lamp(self.colour, self.words)

    @property
    def width(self) -> int | None:
        return None if self.used is None else min(max(self.used, 0), 100)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the strip; `parallel` ones share its bar."""

    name: str
    state: Progress
    note: str = ""
    parallel: tuple["Step", ...] = ()

    @property
    def classes(self) -> str:
        return f"{self.state} has-{min(len(self.parallel), 3)}" if self.parallel else self.state


@dataclass(frozen=True, slots=True)
class Strip(Part):
    """The live process of a case, for staff."""

    template: ClassVar[str] = "ui/parts/strip.html"
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One of several things that happen at the same time, with its state in words."""

    name: str
    state: Progress
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a citizen's case: its name, who and when, what it brought."""

    name: str
    state: Progress
    note: str = ""
    body: str = ""
    links: tuple[tuple[str, str], ...] = ()  # (words, url)
    origins: tuple[Origin, ...] = ()
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Line(Part):
    """The course of a case or package, for citizens; branches stand side by side."""

    template: ClassVar[str] = "ui/parts/line.html"
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Ring(Part):
    """How many of how many are done, as a ring."""

    template: ClassVar[str] = "ui/parts/ring.html"
    done: int
    total: int
    words: str
    ROUND: ClassVar[float] = 314.16  # circumference of the drawn circle, r = 50

    @property
    def length(self) -> int:
        return round(self.ROUND * self.done / self.total) if self.total else 0
