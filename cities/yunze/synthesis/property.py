"""ZR01: owners and units as the land office keeps them, an Excel workbook.

Only a home in force says that somebody owns a home: shops, parking spaces and what was sold do
not, and that somebody is not found says nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from synthesis import places
from synthesis.dirt import Dirt, serial_date
from synthesis.people import Household, Person, Premises
from synthesis.places import Place
from synthesis.xlsx import ROWS_PER_FILE, Workbook

PATH = "zr01/bdc_qlr.xlsx"
SHEET = "不动产权利人"
HEADER = ["bdcdyh", "bdcqzh", "qlr", "qlr_zjh", "gyfs", "fwyt", "zl", "mj", "djsj", "qszt", "cxzt"]
HOME, SHOP, PARKING = "10", "31", "61"
IN_FORCE, ENDED = "1", "2"
FREE, MORTGAGED, SEIZED = "0", "1", "2"
SOLE, JOINT = "0", "1"
_SHARE_JOINT, _SHARE_SHOP, _SHARE_PARKING, _SHARE_SOLD = 0.55, 0.05, 0.12, 0.08
_SHARE_MORTGAGED, _SHARE_SEIZED = 0.25, 0.01
_FORMATS = ("%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d")
_UNITS = ("㎡", "平方米")
_AREA = {HOME: (4_500, 18_000), SHOP: (2_000, 12_000), PARKING: (1_100, 1_500)}
_DAYS_REGISTERED = 4_000


@dataclass(frozen=True, slots=True)
class Unit:
    use: str
    state: str
    place: Place


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or a company."""

    number: str
    name: str


class Property:
    def __init__(self, folder: Path, dirt: Dirt, of_companies: Dirt, today: date) -> None:
        self._path = folder / PATH
        self._dirt, self._of_companies, self._today = dirt, of_companies, today
        self._book = Workbook(self._path, SHEET, HEADER)
        self.rows = 0

    def write(self, household: Household) -> None:
        rng = self._dirt.rng
        adults = household.adults
        if not adults:
            return
        if rng.random() < _SHARE_SOLD:
            place = places.within(rng, household.residence.region)
            self._register(adults[:1], Unit(HOME, ENDED, place))
        if not household.living_in_own_home:
            return
        owners = adults if len(adults) == 1 or rng.random() < _SHARE_JOINT else adults[:1]
        for owner in owners:
            owner.owns_home, owner.home_address = True, household.residence.address
        self._register(owners, Unit(HOME, IN_FORCE, household.residence))
        for use, share in ((SHOP, _SHARE_SHOP), (PARKING, _SHARE_PARKING)):
            if rng.random() < share:
                place = places.within(rng, household.residence.region)
                area = self._register(adults[:1], Unit(use, IN_FORCE, place))
                if use == SHOP:
                    adults[0].shop = Premises(place, area)

    def register_company(self, name: str, code: str, place: Place) -> Premises:
        """A shop that the company itself owns."""
        owner, unit = Owner(code, name), Unit(SHOP, IN_FORCE, place)
        return Premises(place, self._write([owner], [code], unit, self._of_companies))

    def close(self) -> None:
        self._book.close()

    def _register(self, owners: list[Person], unit: Unit) -> float:
        identities = [self._dirt.identity(owner.number) for owner in owners]
        usable = self._note_identities(owners, identities)
        held = [Owner(owner.number, owner.name) for owner in owners]
        numbers = [written for _, written in identities]
        return self._write(held, numbers, unit, self._dirt if usable else None)

    def _write(
        self, owners: list[Owner], numbers: list[str], unit: Unit, dirt: Dirt | None
    ) -> float:
        """The area in truth. Without `dirt` nothing else is spoilt in the row."""
        rng = (dirt or self._dirt).rng
        if self.rows and self.rows % ROWS_PER_FILE == 0:
            self._book.close()
            nth = self.rows // ROWS_PER_FILE + 1
            self._book = Workbook(self._path.with_stem(f"{self._path.stem}-{nth}"), SHEET, HEADER)
        self.rows += 1
        low, high = _AREA[unit.use]
        area = rng.randrange(low, high) / 100
        registered = self._today - timedelta(days=rng.randrange(30, _DAYS_REGISTERED))
        when, size = registered.isoformat(), area
        if dirt:
            when = self._date(dirt, owners[0], registered)
            size = self._size(dirt, owners[0], area)
        region = unit.place.region
        self._book.write(
            [
                f"{region}{rng.randrange(1000):03d}{rng.randrange(1000):03d}GB"
                f"{rng.randrange(100_000):05d}F{self.rows:08d}",
                f"云({registered.year}){places.NAMES[region]}不动产权第{self.rows:07d}号",
                "、".join(owner.name for owner in owners),
                "、".join(numbers),
                JOINT if len(owners) > 1 else SOLE,
                unit.use,
                unit.place.address,
                size,
                when,
                unit.state,
                _encumbrance(rng),
            ]
        )
        return area

    def _note_identities(self, owners: list[Person], identities: list[tuple[str, str]]) -> bool:
        """A number that stops the whole row stops it for every owner in it."""
        quarantined = False
        for owner, (kind, written) in zip(owners, identities, strict=True):
            if kind:
                self._dirt.note(
                    self.rows + 1, owner.number, "qlr_zjh", kind, [owner.number, written]
                )
            if self._dirt.spoils(kind):
                owner.unusable.add("ZR01")
                quarantined |= kind != "id_military"
        if quarantined:
            for owner in owners:
                owner.unusable.add("ZR01")
        return not quarantined

    def _date(self, dirt: Dirt, owner: Owner, day: date) -> str:
        if dirt.strikes("djsj", "date_serial"):
            return self._written(
                dirt, owner, "djsj", "date_serial", day.isoformat(), serial_date(day)
            )
        if dirt.strikes("djsj", "date_format"):
            written = day.strftime(dirt.rng.choice(_FORMATS))
            return self._written(dirt, owner, "djsj", "date_format", day.isoformat(), written)
        return day.isoformat()

    def _size(self, dirt: Dirt, owner: Owner, area: float) -> str | float:
        if dirt.strikes("mj", "area_unit"):
            written = f"{area:.2f}{dirt.rng.choice(_UNITS)}"
            return self._written(dirt, owner, "mj", "area_unit", str(area), written)
        return area

    def _written(
        self, dirt: Dirt, owner: Owner, column: str, kind: str, true: str, written: str
    ) -> str:
        dirt.note(self.rows, owner.number, column, kind, [true, written])
        return written


def _encumbrance(rng: Random) -> str:
    drawn = rng.random()
    if drawn < _SHARE_SEIZED:
        return SEIZED
    return MORTGAGED if drawn < _SHARE_SEIZED + _SHARE_MORTGAGED else FREE
