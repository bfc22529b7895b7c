"""The same figures from the engine and from plain loops, in one form."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta

from tests.engines.mining import plainly
from tests.engines.mining.plainly import Dates, Row
from tongban.engines import mining
from tongban.engines.mining import EventLog, Figures, Span, Trait

MICROSECOND = timedelta(microseconds=1)
COUNTS = ("steps", "cases", "starts", "ends", "repeats", "repeating", "loops")
WHERE: Sequence[Trait] = ()


def found(log: EventLog, by: str | None = None, traits: Sequence[Trait] = WHERE) -> dict:
    graph = mining.graph(log, traits)
    groups = mining.grouped(log, by, traits) if by else ()
    return {
        "edges": {(e.source, e.target): (e.count, span(e.waited)) for e in graph.edges},
        "activities": {
            a.name: (*(getattr(a, name) for name in COUNTS), span(a.waited), span(a.worked))
            for a in graph.activities
        },
        "variants": {v.activities: v.cases for v in mining.variants(log, traits)},
        "office": _pairs(mining.handovers(log, "office", traits)),
        "resource": _pairs(mining.handovers(log, "resource", traits)),
        "together": figures(mining.together(log, traits)),
        "groups": {each.value: figures(each) for each in groups},
    }


def expected(
    cases: Mapping[str, list[Row]],
    dates: Mapping[str, Dates],
    group_of: Mapping[str, str | None] | None = None,
) -> dict:
    groups: dict[str | None, dict[str, list[Row]]] = {}
    for case, value in (group_of or {}).items():
        groups.setdefault(value, {})[case] = cases[case]
    return {
        "edges": plainly.edges(cases),
        "activities": {
            name: (*(a[count] for count in COUNTS), _span(a["waits"]), _span(a["works"]))
            for name, a in plainly.activities(cases).items()
        },
        "variants": plainly.variants(cases),
        "office": plainly.handovers(cases, "office"),
        "resource": plainly.handovers(cases, "resource"),
        "together": plainly.figures(cases, dates),
        "groups": {value: plainly.figures(own, dates) for value, own in groups.items()},
    }


def figures(found: Figures) -> dict:
    values = asdict(found)
    del values["value"]
    return {k: v // MICROSECOND if isinstance(v, timedelta) else v for k, v in values.items()}


def span(found: Span | None) -> tuple[int, int, int] | None:
    return found and tuple(each // MICROSECOND for each in (found.total, found.median, found.p95))


def _span(values: Sequence[int]) -> tuple[int, int, int] | None:
    return plainly.span(values) if values else None


def _pairs(handovers) -> dict:
    return {(each.source, each.target): each.count for each in handovers}
