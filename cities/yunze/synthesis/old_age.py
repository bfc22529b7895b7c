"""Item D02: what is due to the old each month, and what follows for whom. Months are counted from
year 0, so that neighbours differ by one."""

from datetime import date

from synthesis.people import Household, Person

FROM_AGE = 80
_AMOUNTS = ((100, 500), (90, 200), (FROM_AGE, 100))
PAY, CHANGE, RIGHT, NOTHING = "pay", "change", "right", "none"
DEAD, ELSEWHERE = "dead", "elsewhere"


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def due_in(person: Person, month: int) -> int:
    """Yuan for this month, were he alive and registered here: from the one after the birthday."""
    for age, amount in _AMOUNTS:
        if month > month_of(person.born) + age * 12:
            return amount
    return 0


def entitled(household: Household, person: Person, today: date) -> bool:
    return household.local and not person.died and person.age(today) >= FROM_AGE


def due(person: Person, today: date) -> tuple[int, date]:
    """The amount at his age, and from when."""
    age, amount = next(each for each in _AMOUNTS if person.age(today) >= each[0])
    return amount, first_day(month_of(person.born) + age * 12 + 1)


def finding(household: Household, person: Person, today: date) -> str:
    if not entitled(household, person, today):
        return NOTHING
    paid = person.paid.get(month_of(today))
    if paid is None:
        return PAY
    return RIGHT if paid == due(person, today)[0] else CHANGE


def after_death(person: Person) -> dict[int, int]:
    """What was paid for months after that of the death."""
    if not person.died:
        return {}
    return {m: yuan for m, yuan in person.paid.items() if m > month_of(person.died)}


def wrong(household: Household, person: Person, today: date) -> str:
    """Why he is or was paid wrongly. Since when a household is elsewhere, no office can tell."""
    if after_death(person):
        return DEAD
    moved = not household.local and not person.died and month_of(today) in person.paid
    return ELSEWHERE if moved else NOTHING
