"""GA02: residence permits as the police keep them, an SQLite file."""

import sqlite3
from datetime import date, timedelta
from pathlib import Path

from synthesis import places
from synthesis.dirt import Dirt
from synthesis.people import Household, Person

PATH = "ga02/jzz.sqlite"
IN_FORCE, CANCELLED, EXPIRED = "1", "2", "3"
_SHARE_HOLDING, _FROM_AGE = 0.30, 16
_SHARE_IN_FORCE, _SHARE_CANCELLED = 0.72, 0.05
_BATCH = 10_000
_CREATE = """
create table jzz_xx (
    jzzbh text primary key, gmsfhm text, xm text, jzqh text, jzdz text,
    qfrq text, yxq_z text, zt text, qfjg text
)
"""
_ISSUER = {"329904": "云泽县公安局", "329905": "临泽县公安局", "329906": "云泽市公安局江城分局"}


class Permits:
    def __init__(self, folder: Path, dirt: Dirt, today: date) -> None:
        path = folder / PATH
        path.unlink(missing_ok=True)
        self._db = sqlite3.connect(path)
        self._db.execute(_CREATE)
        self._dirt, self._today = dirt, today
        self._waiting: list[list[str]] = []
        self.rows = 0

    def write(self, household: Household) -> None:
        rng = self._dirt.rng
        if household.registered.region == household.residence.region:
            return
        for person in household.members:
            grown = person.age(self._today) >= _FROM_AGE and not person.died
            if grown and rng.random() < _SHARE_HOLDING:
                self._issue(household, person)

    def close(self) -> None:
        self._flush()
        self._db.execute("vacuum")
        self._db.close()

    def _issue(self, household: Household, person: Person) -> None:
        rng, dirt = self._dirt.rng, self._dirt
        in_force = rng.random() < _SHARE_IN_FORCE
        left = rng.randrange(365) if in_force else -rng.randrange(1, 700)
        until = self._today + timedelta(days=left)
        issued = until - timedelta(days=365 * rng.randint(1, 3))
        state = IN_FORCE if in_force else EXPIRED
        if rng.random() < _SHARE_CANCELLED:
            state = CANCELLED
        two = state == IN_FORCE and dirt.strikes("jzdz", "two_addresses")
        if two:
            self._second(household, person, issued)
        kind, number = ("", person.number) if two else dirt.identity(person.number)
        if kind:
            dirt.note(self.rows + 1, person.number, "gmsfhm", kind, [person.number, number])
        if dirt.spoils(kind):
            person.unusable.add("GA02")
        elif state == EXPIRED and dirt.strikes("zt", "expired_valid"):
            dirt.note(self.rows + 1, person.number, "zt", "expired_valid", [state, IN_FORCE])
            state = IN_FORCE
        if state != CANCELLED:
            person.permit_until, person.holds_permit = until, in_force
        residence = household.residence
        self._row(person, number, residence, [issued.isoformat(), until.isoformat(), state])

    def _second(self, household: Household, person: Person, newer: date) -> None:
        """An older permit for another address that nobody cancelled."""
        residence = household.residence
        other = places.within(self._dirt.rng, residence.region)
        issued = newer - timedelta(days=self._dirt.rng.randint(20, 300))
        until = self._today + timedelta(days=self._dirt.rng.randrange(5, 60))
        self._dirt.note(
            self.rows + 1,
            person.number,
            "jzdz",
            "two_addresses",
            [residence.address, other.address],
        )
        dates = [issued.isoformat(), until.isoformat(), IN_FORCE]
        self._row(person, person.number, other, dates)

    def _row(self, person: Person, number: str, place: places.Place, end: list[str]) -> None:
        self.rows += 1
        permit = f"JZ{place.region}{self.rows:08d}"
        start = [permit, number, person.name, place.region, place.address]
        self._waiting.append([*start, *end, _ISSUER[place.region]])
        if len(self._waiting) == _BATCH:
            self._flush()

    def _flush(self) -> None:
        with self._db:
            self._db.executemany(
                "insert into jzz_xx values (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._waiting
            )
        self._waiting.clear()
