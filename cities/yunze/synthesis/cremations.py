"""MZ04: cremations as the civil affairs office keeps them, an Excel workbook below a title.

Some died so lately that nobody else has heard of it: this comes after the offices that have not.
"""

from datetime import date, timedelta
from pathlib import Path

from synthesis.dirt import Dirt
from synthesis.people import Household, Person
from synthesis.xlsx import Workbook

PATH = "mz04/hh_xx.xlsx"
SHEET = "遗体火化"
TITLE = "云泽市殡仪馆遗体火化登记表"
HEADER = ["hhzh", "sz_xm", "sz_sfzh", "sz_csrq", "swrq", "hhrq", "sylx"]
ORDINARY, INFECTIOUS = "1", "2"
_SHARE_CREMATED, _SHARE_INFECTIOUS = 0.9, 0.01
_SHARE_LATELY, _LATELY_FROM_AGE = 0.06, 75
_LATELY_DAYS, _DAYS_LATER = range(5, 35), range(1, 5)


class Cremations:
    def __init__(self, folder: Path, dirt: Dirt, today: date) -> None:
        self._book = Workbook(folder / PATH, SHEET, [TITLE])
        self._book.write(HEADER)
        self._dirt, self._today = dirt, today
        self.rows = 0

    def write(self, household: Household) -> None:
        rng = self._dirt.rng
        for person in household.members:
            if person.died:
                if rng.random() < _SHARE_CREMATED:
                    self._cremate(person, person.died)
            elif person.age(self._today) >= _LATELY_FROM_AGE and rng.random() < _SHARE_LATELY:
                person.died = self._today - timedelta(days=rng.choice(_LATELY_DAYS))
                self._cremate(person, person.died)

    def close(self) -> None:
        self._book.close()

    def _cremate(self, person: Person, died: date) -> None:
        dirt, rng = self._dirt, self._dirt.rng
        self.rows += 1
        kind, number = dirt.identity(person.number)
        if kind:
            self._note(person, "sz_sfzh", kind, [person.number, number])
        cremated = died + timedelta(days=rng.choice(_DAYS_LATER))
        if not dirt.spoils(kind) and dirt.strikes("hhrq", "cremated_before_death"):
            before = died - timedelta(days=rng.choice(_DAYS_LATER))
            days = [cremated.isoformat(), before.isoformat()]
            self._note(person, "hhrq", "cremated_before_death", days)
            cremated = before
        self._book.write(
            [
                f"HH{self.rows:08d}",
                person.name,
                number,
                person.born.isoformat(),
                died.isoformat(),
                cremated.isoformat(),
                INFECTIOUS if rng.random() < _SHARE_INFECTIOUS else ORDINARY,
            ]
        )

    def _note(self, person: Person, column: str, kind: str, values: list[str]) -> None:
        if self._dirt.spoils(kind):
            person.unusable.add("MZ04")
        self._dirt.note(self.rows, person.number, column, kind, values)
