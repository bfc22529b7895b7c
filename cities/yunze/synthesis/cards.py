"""RS05: social security cards and their bank accounts, a text file with bars and a byte order mark.

The card that was issued last speaks; an account is paid into only where it is the person's own.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from synthesis.dirt import Dirt
from synthesis.people import Household, Person

PATH = "rs05/sbk_xx.csv"
HEADER = ["sbkh", "sfzh", "xm", "fkyh", "yhzh", "hm", "fkrq", "kzt"]
IN_USE, LOST, CANCELLED = "1", "2", "3"
_BANKS = ("云泽农商银行", "云泽银行", "江泽银行")
_FROM_AGE = 16
_SHARE_HOLDING, _SHARE_WITHOUT_ACCOUNT = 0.95, 0.05
_SHARE_LOST, _SHARE_REPLACED = 0.01, 0.06
_DAYS_HELD = range(30, 3_000)


@dataclass(frozen=True, slots=True)
class Card:
    account: str
    holder: str
    issued: date
    state: str


class Cards:
    def __init__(self, folder: Path, dirt: Dirt, today: date) -> None:
        self._file = (folder / PATH).open("w", encoding="utf-8-sig", newline="")
        self._dirt, self._today = dirt, today
        self.rows = 0
        self._file.write("|".join(HEADER) + "\n")

    def write(self, household: Household) -> None:
        for person in household.members:
            grown = person.age(self._today) >= _FROM_AGE
            if grown and self._dirt.rng.random() < _SHARE_HOLDING:
                self._hand_out(household, person)

    def close(self) -> None:
        self._file.close()

    def _hand_out(self, household: Household, person: Person) -> None:
        rng, dirt = self._dirt.rng, self._dirt
        kind, number = dirt.identity(person.number)
        if dirt.spoils(kind):
            person.unusable.add("RS05")
        card = self._card(person)
        if rng.random() < _SHARE_REPLACED:
            older = card.issued - timedelta(days=rng.choice(_DAYS_HELD))
            replaced = Card(account(rng), person.name, older, CANCELLED)
            self._older(person, (kind, number), replaced, card)
        if card.account and not dirt.spoils(kind) and dirt.strikes("hm", "account_of_another"):
            others = [one.name for one in household.members if one.name != person.name]
            other = rng.choice(others or ["代领人"])
            dirt.note(
                self.rows + 1, person.number, "hm", "account_of_another", [card.holder, other]
            )
            card = Card(card.account, other, card.issued, card.state)
        own = bool(card.account) and card.holder == person.name and card.state == IN_USE
        person.account_usable, person.account = own, card.account if own else ""
        self._append(person, (kind, number), card)

    def _card(self, person: Person) -> Card:
        rng = self._dirt.rng
        issued = self._today - timedelta(days=rng.choice(_DAYS_HELD))
        state = LOST if rng.random() < _SHARE_LOST else IN_USE
        if rng.random() < _SHARE_WITHOUT_ACCOUNT:
            return Card("", "", issued, state)
        return Card(account(rng), person.name, issued, state)

    def _older(self, person: Person, identity: tuple[str, str], card: Card, newer: Card) -> None:
        """A card that was replaced, and that at times nobody cancelled."""
        dirt = self._dirt
        usable = newer.state == IN_USE and not dirt.spoils(identity[0])
        if usable and dirt.strikes("kzt", "old_card_in_use"):
            states = [CANCELLED, IN_USE]
            dirt.note(self.rows + 1, person.number, "kzt", "old_card_in_use", states)
            card = Card(card.account, card.holder, card.issued, IN_USE)
        self._append(person, identity, card)

    def _append(self, person: Person, identity: tuple[str, str], card: Card) -> None:
        dirt = self._dirt
        self.rows += 1
        kind, number = identity
        if kind:
            dirt.note(self.rows, person.number, "sfzh", kind, [person.number, number])
        plastic = f"YZ{self.rows:09d}"
        if not dirt.spoils(kind) and dirt.strikes("sbkh", "card_spaces"):
            written = dirt.rng.choice((f" {plastic}", f"{plastic} ", f"{plastic}\u3000"))
            dirt.note(self.rows, person.number, "sbkh", "card_spaces", [plastic, written])
            plastic = written
        bank = dirt.rng.choice(_BANKS)
        cells = [plastic, number, person.name, bank, card.account, card.holder]
        self._file.write("|".join([*cells, card.issued.isoformat(), card.state]) + "\n")


def account(rng: Random) -> str:
    """19 digits. No bank's numbers begin with 3299."""
    return f"3299{rng.randrange(10**15):015d}"
