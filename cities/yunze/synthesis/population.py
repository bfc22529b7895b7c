"""GA01: the population register as the police keep it, a CSV file in GB18030."""

from datetime import date, timedelta
from pathlib import Path

from synthesis import names, places
from synthesis.dirt import NULL_WORDS, Dirt, serial_date
from synthesis.people import Household, Person

PATH = "ga01/rk_jbxx.csv"
HEADER = [
    "gmsfhm",
    "xm",
    "xb",
    "mz",
    "csrq",
    "rklb",
    "hh",
    "yhzgx",
    "hjqh",
    "hjdz",
    "jzqh",
    "jzdz",
    "hjzt",
    "swrq",
    "lxdh",
    "djrq",
]
LOCAL, RESIDENT = "1", "2"
NORMAL, DEAD = "1", "3"
_ABOLISHED = ("329902", "329903")
_PRIVATE_USE = {"䶮": "\ue863", "𬭁": "\ue81e", "㛃": "\ue826"}
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")
_SERIALS_SINCE = 1930
_REGISTERS_SINCE = date(1998, 1, 1)


class Population:
    """Duplicates are written last, so that the first row of a person is the one to keep."""

    def __init__(self, folder: Path, dirt: Dirt, today: date) -> None:
        self._file = (folder / PATH).open("w", encoding="gb18030", newline="")
        self._dirt, self._today = dirt, today
        self._duplicates: list[tuple[Person, list[str]]] = []
        self.rows = 0
        self._file.write(",".join(HEADER) + "\r\n")

    def write(self, household: Household) -> None:
        for person in household.members:
            row = self._clean(household, person)
            clean = tuple(row)
            kind, row[0] = self._dirt.identity(person.number)
            if kind:
                self._note(person, "gmsfhm", kind, [person.number, row[0]])
            if not self._dirt.spoils(kind):
                self._spoil(person, row)
                if tuple(row) == clean:
                    self._duplicate(person, row)
            self._append(row)

    def close(self) -> None:
        for person, row in self._duplicates:
            self._note(person, "xm", "duplicate", [person.name, row[1]])
            self._append(row)
        self._file.close()

    def _append(self, row: list[str]) -> None:
        self.rows += 1
        self._file.write(",".join(row) + "\r\n")

    def _note(self, person: Person, column: str, kind: str, values: list[str]) -> None:
        if self._dirt.spoils(kind) and kind != "duplicate":
            person.unusable.add("GA01")
        self._dirt.note(self.rows + 1, person.number, column, kind, values)

    def _clean(self, household: Household, person: Person) -> list[str]:
        earliest = max(person.born, _REGISTERS_SINCE)
        latest = person.died or self._today
        registered = earliest + timedelta(
            days=self._dirt.rng.randrange(max(1, (latest - earliest).days))
        )
        local = household.local
        return [
            person.number,
            person.name,
            person.sex,
            person.ethnic,
            f"{person.born:%Y%m%d}",
            LOCAL if local else RESIDENT,
            household.number if local else "",
            person.relation if local else "",
            household.registered.region,
            household.registered.address,
            household.residence.region,
            household.residence.address,
            DEAD if person.died else NORMAL,
            f"{person.died:%Y%m%d}" if person.died else "",
            person.phone,
            f"{registered:%Y%m%d}",
        ]

    def _spoil(self, person: Person, row: list[str]) -> None:
        self._spoil_name(person, row)
        self._spoil_birth(person, row)
        for column in ("hjqh", "jzqh"):
            at = HEADER.index(column)
            if row[at] == places.URBAN and self._dirt.strikes(column, "region_abolished"):
                self._rewrite(
                    person, row, column, "region_abolished", self._dirt.rng.choice(_ABOLISHED)
                )
        if person.died:
            self._spoil_death(person, row)
        if not person.phone and self._dirt.strikes("lxdh", "null_word"):
            self._rewrite(person, row, "lxdh", "null_word", self._dirt.rng.choice(NULL_WORDS))

    def _spoil_name(self, person: Person, row: list[str]) -> None:
        name, dirt = person.name, self._dirt
        rare = next((c for c in name if c in names.RARE), "")
        if rare and dirt.strikes("xm", "name_unreadable"):
            lost = dirt.rng.choice(("?", _PRIVATE_USE[rare]))
            self._rewrite(person, row, "xm", "name_unreadable", name.replace(rare, lost))
        elif "·" in name and dirt.strikes("xm", "name_separator"):
            written = name.replace("·", dirt.rng.choice("•."))
            self._rewrite(person, row, "xm", "name_separator", written)
        elif dirt.strikes("xm", "name_spaces"):
            space = dirt.rng.choice((" ", "\u3000"))
            written = name[0] + space + name[1] if len(name) == 2 else name + space
            self._rewrite(person, row, "xm", "name_spaces", written)

    def _spoil_birth(self, person: Person, row: list[str]) -> None:
        dirt, born = self._dirt, person.born
        if dirt.strikes("csrq", "date_format"):
            written = born.strftime(dirt.rng.choice(_FORMATS))
            self._rewrite(person, row, "csrq", "date_format", written)
        elif born.year >= _SERIALS_SINCE and dirt.strikes("csrq", "date_serial"):
            self._rewrite(person, row, "csrq", "date_serial", serial_date(born))
        elif dirt.strikes("csrq", "birth_mismatch"):
            wrong = born + timedelta(days=dirt.rng.choice((-10, -1, 1, 9, 10)))
            self._rewrite(person, row, "csrq", "birth_mismatch", f"{wrong:%Y%m%d}")

    def _spoil_death(self, person: Person, row: list[str]) -> None:
        if self._dirt.strikes("hjzt", "dead_not_cancelled"):
            self._rewrite(person, row, "hjzt", "dead_not_cancelled", NORMAL)
            row[HEADER.index("swrq")] = ""
        elif self._dirt.strikes("hjzt", "death_status"):
            self._rewrite(person, row, "hjzt", "death_status", NORMAL)

    def _rewrite(
        self, person: Person, row: list[str], column: str, kind: str, written: str
    ) -> None:
        at = HEADER.index(column)
        self._note(person, column, kind, [row[at], written])
        row[at] = written

    def _duplicate(self, person: Person, row: list[str]) -> None:
        other = names.heard(person.name)
        if other != person.name and self._dirt.strikes("gmsfhm", "duplicate"):
            number = row[HEADER.index("hh")]
            household = number[:6] + str(int(number[6:]) + 500_000_000) if number else ""
            self._duplicates.append((person, [row[0], other, *row[2:6], household, *row[7:]]))
