"""MZ03: the allowance of the old month by month, as an export of the civil affairs office's lists:
text in GB18030 with semicolons. Comes last: it knows the deaths, and the accounts it pays into.

Of the last 24 months to the current one, which is paid when it begins.
"""

from datetime import date
from pathlib import Path

from synthesis import old_age
from synthesis.cards import account
from synthesis.dirt import Dirt
from synthesis.people import Household, Person

PATH = "mz03/gl_jt.csv"
HEADER = ["ffbh", "sfzh", "xm", "cs_nl", "yf", "je", "kh", "zt"]
MONTHS = 24
PAID, RETURNED = "1", "2"
_NEW_MONTHS, _SHARE_NEW_UNPAID, _SHARE_UNPAID = 12, 0.5, 0.05
_SHARE_NOT_RAISED, _SHARE_MOVED_PAID = 0.4, 0.15
_SHARE_UNTIL_NOW, _MONTHS_WRONG = 0.5, range(1, 9)
_SHARE_RETURNED, _MONTHS_RETURNED = 0.5, range(1, 4)
_WRONG_YEARS = (-10, -2, -1, 1, 2, 10)


class Allowance:
    def __init__(self, folder: Path, dirt: Dirt, today: date) -> None:
        self._file = (folder / PATH).open("w", encoding="gb18030", newline="")
        self._dirt = dirt
        self._last = old_age.month_of(today)
        self._first = self._last - MONTHS + 1
        self.rows = 0
        self._file.write(";".join(HEADER) + "\r\n")

    def write(self, household: Household) -> None:
        for person in household.members:
            if self._is_on_list(household, person):
                self._pay(person)

    def close(self) -> None:
        self._file.close()

    def _is_on_list(self, household: Household, person: Person) -> bool:
        rng = self._dirt.rng
        last = old_age.month_of(person.died) if person.died else self._last
        if last < self._first or not old_age.due_in(person, last):
            return False
        if not household.local:
            return rng.random() < _SHARE_MOVED_PAID
        new = not old_age.due_in(person, self._last - _NEW_MONTHS)
        return rng.random() >= (_SHARE_NEW_UNPAID if new else _SHARE_UNPAID)

    def _pay(self, person: Person) -> None:
        identity = self._dirt.identity(person.number)
        last = self._last
        if person.died:
            last = old_age.month_of(person.died)
            # Whose death stands in an unusable row was struck off by the office itself.
            known = last < self._last and "MZ04" not in person.unusable
            if known and self._dirt.strikes("yf", "paid_after_death"):
                last, identity = self._too_long(last), ("", person.number)
        if self._dirt.spoils(identity[0]):
            person.unusable.add("MZ03")
        self._list(person, identity, last)

    def _too_long(self, last: int) -> int:
        rng = self._dirt.rng
        if rng.random() < _SHARE_UNTIL_NOW:
            return self._last
        return min(self._last, last + rng.choice(_MONTHS_WRONG))

    def _list(self, person: Person, identity: tuple[str, str], last: int) -> None:
        rng = self._dirt.rng
        not_raised = rng.random() < _SHARE_NOT_RAISED
        returned = last + 1
        if person.account_usable is False and not person.died and rng.random() < _SHARE_RETURNED:
            returned -= rng.choice(_MONTHS_RETURNED)
        into = person.account or account(rng)
        known = old_age.due_in(person, self._first)
        for month in range(self._first, last + 1):
            yuan = old_age.due_in(person, month)
            if not yuan:
                continue
            known = known or yuan
            if not_raised:
                yuan = known
            state = RETURNED if month >= returned else PAID
            if state == PAID:
                person.paid[month] = yuan
            self._row(person, identity, (month, yuan, into, state))

    def _row(
        self, person: Person, identity: tuple[str, str], payment: tuple[int, int, str, str]
    ) -> None:
        dirt = self._dirt
        self.rows += 1
        kind, number = identity
        if kind:
            self._note(person, "sfzh", kind, [person.number, number])
        month, yuan, into, state = payment
        age, when, amount = (
            str(age_in(person, month)),
            f"{old_age.first_day(month):%Y%m}",
            f"{yuan}",
        )
        serial = f"GL{when}{self.rows:08d}"
        if person.died and month > old_age.month_of(person.died):
            self._note(person, "yf", "paid_after_death", ["", when])
        elif not dirt.spoils(kind):
            if dirt.strikes("cs_nl", "age_mismatch"):
                age = self._spoilt(
                    person,
                    "cs_nl",
                    "age_mismatch",
                    age,
                    str(int(age) + dirt.rng.choice(_WRONG_YEARS)),
                )
            if dirt.strikes("yf", "month_format"):
                when = self._spoilt(person, "yf", "month_format", when, f"{when[:4]}-{when[4:]}")
            if dirt.strikes("je", "amount_unit"):
                amount = self._spoilt(person, "je", "amount_unit", amount, f"{amount}元")
            if dirt.strikes("kh", "card_scientific"):
                into = self._spoilt(person, "kh", "card_scientific", into, f"{int(into):.5E}")
        cells = [serial, number, person.name, age, when, amount, into, state]
        self._file.write(";".join(cells) + "\r\n")

    def _spoilt(self, person: Person, column: str, kind: str, true: str, written: str) -> str:
        self._note(person, column, kind, [true, written])
        return written

    def _note(self, person: Person, column: str, kind: str, values: list[str]) -> None:
        self._dirt.note(self.rows, person.number, column, kind, values)


def age_in(person: Person, month: int) -> int:
    """Full years at the end of the month."""
    return (month - old_age.month_of(person.born)) // 12
