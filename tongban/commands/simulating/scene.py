"""What a simulation takes of the city as it stands: calendar, items in force, desks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from tongban.base.calendar import queries as calendar
from tongban.business.items import guide as guides
from tongban.business.items import queries as items
from tongban.business.items.models import ItemVersion
from tongban.commands.simulating import arrivals, story, ways
from tongban.commands.simulating.arrivals import Arrival
from tongban.commands.simulating.hours import OfficeHours
from tongban.commands.simulating.story import Progress, Story
from tongban.commands.simulating.terms import FILE, BadTerms, Terms, check_desks
from tongban.commands.simulating.ways import Known, Made
from tongban.engines import processes
from tongban.engines.clocks import Limit


@dataclass(frozen=True)
class Scene:
    terms: Terms
    hours: OfficeHours
    versions: Mapping[str, ItemVersion]
    known: Mapping[str, Known]
    until: date
    plan: Sequence[Arrival]

    def told(self, made: Made, progress: Progress) -> Story:
        found = ways.of(self.terms, self.known, made)
        check_desks(self.terms, {desk for way in found.values() for desk in way.desks()})
        return story.tell(
            self.plan, found, self.terms.staff, self.hours, until=self.until, told=progress
        )


def of(terms: Terms, *, until: date, months: int, cases: int | None) -> Scene:
    """Raises BadTerms for an item that is not in force, and TooFew."""
    versions = {version.item.code: version for version in items.live_versions()}
    missing = [item.code for item in terms.items if item.code not in versions]
    if missing:
        codes = ", ".join(missing)
        raise BadTerms(
            file=FILE,
            problem_zh=f"items：事项 {codes} 没有生效的版本",
            problem_en=f"items: no version of {codes} is in force",
        )
    wanted = {item.code: versions[item.code] for item in terms.items}
    hours = office_hours(terms)
    return Scene(
        terms,
        hours,
        wanted,
        {code: known(version) for code, version in wanted.items()},
        until,
        arrivals.plan(terms, hours, until=until, months=months, cases=cases),
    )


def office_hours(terms: Terms) -> OfficeHours:
    told = terms.hours
    spans = ((told.begin, told.noon), (told.again, told.end))
    return OfficeHours(calendar.current(), spans, timezone.get_default_timezone())


def known(version: ItemVersion) -> Known:
    limits, office = guides.of(version).limits, version.item.office
    assert office is not None  # it is in force
    return Known(
        version.item.code,
        office.code,
        processes.load(version.process.encode()),
        Limit(limits.promised.days, limits.promised.unit),
        Limit(limits.statutory.days, limits.statutory.unit),
    )
