"""What is held of one person, and whether the law lets it go now."""

from dataclasses import dataclass
from datetime import date

from tongban.base.audit.models import Event
from tongban.base.notices.models import Notice
from tongban.base.people.models import User
from tongban.business.cases import erasing as cases
from tongban.business.certificates import erasing as certificates
from tongban.business.offers import erasing as offers
from tongban.commands.erasing.target import Target
from tongban.data.lake import erasing as lake
from tongban.data.lake import queries, store
from tongban.data.registers import erasing as registers

NO_CASES = cases.Held(0, 0, 0, 0, 0)
NO_OFFERS = offers.Held(0, 0)


@dataclass(frozen=True)
class Holding:
    """Numbers only. `tables` counts rows of every version together; `current` those that readers
    see."""

    tables: dict[str, int]
    current: dict[str, int]
    quarantined: int
    registers: registers.Held
    cases: cases.Held
    certificates: int
    offers: offers.Held
    notices: int
    accounts: int
    audit_events: int  # they stay: the law orders the log to be kept, and it names a subject id

    @property
    def is_empty(self) -> bool:
        business = (self.certificates, self.notices, self.accounts, self.quarantined)
        none_known = self.registers == registers.Held(0, 0, 0) and self.cases == NO_CASES
        offered = self.offers != NO_OFFERS
        return not self.tables and not any(business) and none_known and not offered


def check_can_erase(target: Target, on: date) -> None:
    """An open case and a certificate in force are ended first, each under its own law."""
    if target.subject_id:
        cases.check_can_erase(target.subject_id)
        certificates.check_can_erase(target.subject_id, on)
        offers.check_can_erase(target.subject_id)


def held(target: Target) -> Holding:
    tables = {name: found.holding for name, found in lake.find(target.sought)}
    subject = target.subject_id
    return Holding(
        tables={name: sum(rows.values()) for name, rows in tables.items() if rows},
        current={name: n for name, rows in tables.items() if (n := _current(name, rows))},
        quarantined=len(lake.quarantined(target.names)),
        registers=registers.held(subject) if subject else registers.Held(0, 0, 0),
        cases=cases.held(subject) if subject else NO_CASES,
        certificates=certificates.count(subject) if subject else 0,
        offers=offers.held(subject) if subject else NO_OFFERS,
        notices=Notice.objects.filter(subject_id=subject).count() if subject else 0,
        accounts=User.objects.filter(subject_id=subject).count() if subject else 0,
        audit_events=Event.objects.filter(subjects__contains=[subject]).count() if subject else 0,
    )


def _current(table: str, rows: dict[str, int]) -> int:
    edition = queries.current_edition()
    version = queries.tables_of(edition).get(table) if edition else None
    if version is None:
        return 0
    keys = store.lake().snapshot(table, version).by_key()
    return sum(count for key, count in rows.items() if key in keys)
