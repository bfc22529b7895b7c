"""The people of the city, household by household: who they truly are, before any office writes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from synthesis import names, places
from synthesis.identity import MERGED_ON, REGIONS_OF_BIRTH, IdentityNumbers
from synthesis.names import Weighted
from synthesis.places import Place
from synthesis.trades import Trade

MAN, WOMAN = "1", "2"
# GB/T 4761, one digit.
HEAD, SPOUSE, SON, DAUGHTER, GRANDCHILD, PARENT = "0", "1", "2", "3", "4", "5"
_ETHNIC = Weighted(("01", "03", "11", "15", "06", "08"), (9_550, 180, 90, 80, 60, 40))
_SHARE_UYGHUR = 0.003
_SHARE_WITH_PHONE, _PHONE_FROM_AGE = 0.92, 14
# 154 is a number range that was never given to subscribers: no message can reach anybody.
_PHONE_RANGE = "154"
_SHARE_OF_MOTHERS_NAME = 0.08
_DEATHS_UNTIL_DAYS_AGO, _DEATHS_SINCE_DAYS_AGO = 35, 720
# Chance of having died within those two years, by age.
_MORTALITY = ((60, 0.003), (75, 0.025), (200, 0.10))


@dataclass(frozen=True, slots=True)
class Premises:
    place: Place
    area: float


@dataclass(slots=True)
class Person:
    """A person as all offices together would know him if none of them ever made a mistake.

    What no office can tell is `None` or empty. `unusable` names the datasets in which a row of
    his was spoilt so that it cannot be used, or can be used in part.
    """

    number: str
    name: str
    sex: str
    ethnic: str
    born: date
    relation: str
    phone: str = ""
    died: date | None = None
    insured_months: int | None = None
    employed: bool | None = None
    employer: str = ""
    owns_home: bool | None = None
    home_address: str = ""
    permit_until: date | None = None
    holds_permit: bool | None = None
    driving_until: date | None = None
    account: str = ""
    account_usable: bool | None = None
    paid: dict[int, int] = field(default_factory=dict[int, int])  # allowance in yuan by month
    shop: Premises | None = None
    unusable: set[str] = field(default_factory=set[str])

    def age(self, on: date) -> int:
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


@dataclass(slots=True)
class Company:
    """A company as all offices together would know it. `unusable` is that of a person."""

    code: str
    name: str
    kind: str
    founder: Person
    founded: date
    place: Place
    trade: Trade
    capital: int  # in units of 10,000 yuan
    state: str
    cancelled: date | None = None
    premises: Premises | None = None
    handlers: int = 0
    handlers_valid: int = 0
    barred_until: date | None = None
    licence: str = ""
    licence_until: date | None = None
    unusable: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class Household:
    number: str
    registered: Place
    residence: Place
    members: list[Person]
    living_in_own_home: bool
    companies: list[Company] = field(default_factory=list[Company])  # of its members

    @property
    def local(self) -> bool:
        """Whether the city keeps the household; otherwise it knows only that people live here."""
        return self.registered.region.startswith(places.CITY[:4])

    @property
    def adults(self) -> list[Person]:
        return [p for p in self.members if p.relation in (HEAD, SPOUSE)]


Role = tuple[str, str, int]  # relation, sex, age
Kinds = Weighted[Callable[[Random], list[Role]]]


def _one(low: int, high: int) -> Callable[[Random], list[Role]]:
    return lambda rng: [(HEAD, rng.choice((MAN, WOMAN)), rng.randint(low, high))]


def _couple(rng: Random, low: int, high: int) -> list[Role]:
    age = rng.randint(low, high)
    return [(HEAD, MAN, age), (SPOUSE, WOMAN, max(20, age - rng.randint(-1, 4)))]


def _two(low: int, high: int) -> Callable[[Random], list[Role]]:
    return lambda rng: _couple(rng, low, high)


def _child(rng: Random, age: int) -> Role:
    sex = rng.choice((MAN, WOMAN))
    return (SON if sex == MAN else DAUGHTER, sex, age)


def _family(children: int) -> Callable[[Random], list[Role]]:
    def build(rng: Random) -> list[Role]:
        couple = _couple(rng, 25, 46)
        oldest = couple[1][2] - rng.randint(20, 28)
        ages = [max(0, oldest - 3 * nth) for nth in range(children)]
        return couple + [_child(rng, max(0, age)) for age in ages]

    return build


def _grown_child(rng: Random) -> list[Role]:
    couple = _couple(rng, 46, 64)
    return [*couple, _child(rng, couple[1][2] - rng.randint(22, 27))]


def _single_parent(rng: Random) -> list[Role]:
    age = rng.randint(28, 48)
    return [(HEAD, WOMAN, age), _child(rng, max(0, age - rng.randint(22, 28)))]


def _three_generations(rng: Random) -> list[Role]:
    family = _family(rng.choice((1, 1, 2)))(rng)
    parent = family[0][2] + rng.randint(22, 28)
    parents = [(PARENT, MAN, parent), (PARENT, WOMAN, parent - rng.randint(0, 3))]
    return family + parents[rng.choice((0, 0, 1)) :]


_KINDS = Weighted(
    (
        _one(20, 35),
        _one(65, 92),
        _two(23, 40),
        _two(60, 88),
        _family(1),
        _family(2),
        _three_generations,
        _single_parent,
        _grown_child,
    ),
    (10, 6, 8, 10, 24, 17, 17, 4, 14),
)
# At home where registered; elsewhere in the same district; in another district; from outside.
_MOVED = Weighted(("home", "near", "district", "outside"), (76, 6, 8, 10))
_SHARE_OWNING = {"home": 0.74, "near": 0.70, "district": 0.55, "outside": 0.28}
_CENTENARIANS = Weighted((_one(100, 104),), (1,))
_PEOPLE_PER_CENTENARIAN = 2_500


class City:
    """Streams households until `people` persons exist; the same seed streams the same ones.

    The last of them are a hundred years old or more: by their share there would be hardly any.
    """

    def __init__(self, *, seed: int, people: int, today: date) -> None:
        self._rng, self._rng_of_old = Random(f"{seed}/people"), Random(f"{seed}/centenarians")
        self._people, self._today = people, today
        self._numbers = IdentityNumbers()
        self._count = 0

    def households(self) -> Iterator[Household]:
        centenarians = self._people // _PEOPLE_PER_CENTENARIAN
        yield from self._until(self._people - centenarians, _KINDS)
        self._rng = self._rng_of_old
        yield from self._until(centenarians, _CENTENARIANS)

    def _until(self, left: int, kinds: Kinds) -> Iterator[Household]:
        while left:
            self._count += 1
            household = self._household(self._count, kinds)
            del household.members[left:]
            left -= len(household.members)
            yield household

    def _household(self, nth: int, kinds: Kinds) -> Household:
        rng = self._rng
        moved = _MOVED.draw(rng)
        residence = places.within(rng, places.DISTRICTS.draw(rng))
        registered = self._registered(moved, residence)
        members = self._members(kinds.draw(rng)(rng))
        return Household(
            number=f"{registered.region}{nth:09d}",
            registered=registered,
            residence=residence,
            members=members,
            living_in_own_home=rng.random() < _SHARE_OWNING[moved],
        )

    def _registered(self, moved: str, residence: Place) -> Place:
        if moved == "home":
            return residence
        if moved == "outside":
            return places.elsewhere(self._rng)
        if moved == "near":
            return places.within(self._rng, residence.region)
        return places.within(self._rng, places.another_district(self._rng, residence.region))

    def _members(self, roles: list[Role]) -> list[Person]:
        rng = self._rng
        uyghur = rng.random() < _SHARE_UYGHUR
        ethnic = names.UYGHUR if uyghur else _ETHNIC.draw(rng)
        fathers, mothers = names.SURNAMES.draw(rng), names.SURNAMES.draw(rng)
        members: list[Person] = []
        for relation, sex, age in roles:
            married_in = relation == SPOUSE or (relation == PARENT and sex == WOMAN)
            mothers_child = relation in (SON, DAUGHTER) and rng.random() < _SHARE_OF_MOTHERS_NAME
            surname = mothers if married_in or mothers_child else fathers
            members.append(self._person((relation, sex, age), surname, ethnic))
            if uyghur:
                members[-1].name = names.dotted(rng, sex)
        return members

    def _person(self, role: Role, surname: str, ethnic: str) -> Person:
        rng = self._rng
        relation, sex, age = role
        born = self._born(age)
        region = rng.choice(REGIONS_OF_BIRTH)
        if born >= MERGED_ON and region in ("329902", "329903"):
            region = places.URBAN
        person = Person(
            number=self._numbers.mint(region, born, sex),
            name=surname + names.given(rng, sex, born.year),
            sex=sex,
            ethnic=ethnic,
            born=born,
            relation=relation,
        )
        if age >= _PHONE_FROM_AGE and rng.random() < _SHARE_WITH_PHONE:
            person.phone = f"{_PHONE_RANGE}{rng.randrange(10**8):08d}"
        chance = next(chance for until, chance in _MORTALITY if age < until)
        if age and rng.random() < chance:
            days = rng.randint(_DEATHS_UNTIL_DAYS_AGO, _DEATHS_SINCE_DAYS_AGO)
            person.died = max(self._today - timedelta(days=days), born)
        return person

    def _born(self, age: int) -> date:
        latest = self._today - timedelta(days=age * 1461 // 4 + 1)
        return latest - timedelta(days=self._rng.randrange(364))
