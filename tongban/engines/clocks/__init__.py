"""Working days, time limits, suspensions: pure functions over a calendar that is handed in.

The day on which something starts does not count, the day on which it ends does. Nothing here asks
what day it is.
"""

from tongban.engines.clocks.calendar import Calendar
from tongban.engines.clocks.grounds import Ground, NotAGround, ground
from tongban.engines.clocks.lights import Clock, Clocks, Light, LightRules, light
from tongban.engines.clocks.limits import (
    Due,
    EndsBeforeItBegins,
    LastsTooLong,
    Limit,
    LimitOutOfRange,
    Pause,
    UnknownUnit,
    due,
    remaining,
    used,
)

__all__ = [
    "Calendar",
    "Clock",
    "Clocks",
    "Due",
    "EndsBeforeItBegins",
    "Ground",
    "LastsTooLong",
    "Light",
    "LightRules",
    "Limit",
    "LimitOutOfRange",
    "NotAGround",
    "Pause",
    "UnknownUnit",
    "due",
    "ground",
    "light",
    "remaining",
    "used",
]
