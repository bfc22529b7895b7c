"""SJ04: the catalogue of electronic certificates as the data administration keeps it, XML."""

import csv
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from synthesis.dirt import Dirt
from synthesis.identity import certificate_check
from synthesis.people import Household, Person

PATH = "sj04/dzzz_ml.xml"
FIELDS = [
    "cert_identifier",
    "cert_type_code",
    "cert_type_name",
    "cert_no",
    "holder",
    "holder_code",
    "issue_org",
    "issue_org_code",
    "issue_date",
    "valid_to",
    "state",
    "zxrq",
]
IN_FORCE, CANCELLED = "有效", "注销"
FOR_EVER = "长期"
WITHOUT_END = date(9999, 12, 31)
_PREFIX = "1.2.156.3005.2."
_OFFICES = Path(__file__).parents[1] / "offices.csv"
DRIVING, PERMIT, PROPERTY = "驾驶证", "居住证", "不动产权证书"
_ISSUER = {DRIVING: ("GA", "019"), PERMIT: ("GA", "021"), PROPERTY: ("ZR", "003")}
_DRIVING_AGES = range(18, 71)
_SHARE_DRIVING, _SHARE_DIGITAL_DEED = 0.30, 0.30
_SHARE_FOR_EVER, _SHARE_CANCELLED = 0.10, 0.03
_SIX_YEARS = 6 * 365


def _offices() -> dict[str, tuple[str, str]]:
    with _OFFICES.open(encoding="utf-8", newline="") as rows:
        return {row["id"]: (row["name_zh"], row["uscc"]) for row in csv.DictReader(rows)}


class Certificates:
    """Comes after the permits and the property of a household: it lists what they issued."""

    def __init__(self, folder: Path, dirt: Dirt, today: date) -> None:
        self._file = (folder / PATH).open("w", encoding="utf-8", newline="")
        self._dirt, self._today = dirt, today
        self._offices = _offices()
        self.rows = 0
        self._file.write('<?xml version="1.0" encoding="UTF-8"?>\n<certificates>\n')

    def write(self, household: Household) -> None:
        rng = self._dirt.rng
        for person in household.members:
            if person.age(self._today) in _DRIVING_AGES and rng.random() < _SHARE_DRIVING:
                self._driving(person)
            if person.permit_until:
                issued = person.permit_until - timedelta(days=365)
                self._list(person, PERMIT, [issued.isoformat(), person.permit_until.isoformat()])
            if person.owns_home and rng.random() < _SHARE_DIGITAL_DEED:
                issued = self._today - timedelta(days=rng.randrange(30, 1_800))
                self._list(person, PROPERTY, [issued.isoformat(), FOR_EVER])

    def close(self) -> None:
        self._file.write("</certificates>\n")
        self._file.close()

    def _driving(self, person: Person) -> None:
        rng = self._dirt.rng
        until = self._today + timedelta(days=rng.randrange(-200, _SIX_YEARS))
        issued = until - timedelta(days=_SIX_YEARS)
        for_ever = rng.random() < _SHARE_FOR_EVER
        in_force = self._list(
            person, DRIVING, [issued.isoformat(), FOR_EVER if for_ever else until.isoformat()]
        )
        if in_force:
            person.driving_until = WITHOUT_END if for_ever else until

    def _list(self, person: Person, name: str, dates: list[str]) -> bool:
        """Writes the certificate; whether it is in force in truth."""
        position = self.rows + 1
        dirt, rng = self._dirt, self._dirt.rng
        cancelled = rng.random() < _SHARE_CANCELLED
        kind, number = dirt.identity(person.number)
        if kind:
            dirt.note(position, person.number, "holder_code", kind, [person.number, number])
        usable = not dirt.spoils(kind)
        if not usable:
            person.unusable.add("SJ04")
        day = (self._today - timedelta(days=rng.randrange(5, 400))).isoformat()
        state, cancelled_on = (CANCELLED, day) if cancelled else (IN_FORCE, "")
        office, code = self._issuer(name)
        identifier = self._identifier(code, dates[0][:4])
        if usable:
            identifier = self._spoil_identifier(person, identifier)
            dates = [dates[0], self._spoil_end(person, dates[1])]
            state = self._spoil_state(person, state)
        row = [
            identifier,
            code,
            name,
            f"{name[0]}{dates[0][:4]}{position:08d}",
            person.name,
            number,
            office,
            code[:18],
            *dates,
            state,
            cancelled_on,
        ]
        self._append(row)
        return not cancelled

    def _append(self, row: list[str]) -> None:
        self.rows += 1
        cells = "".join(
            f"<{field}>{escape(value)}</{field}>" for field, value in zip(FIELDS, row, strict=True)
        )
        self._file.write(f"<certificate>{cells}</certificate>\n")

    def _issuer(self, name: str) -> tuple[str, str]:
        office, kind = _ISSUER[name]
        title, credit = self._offices[office]
        return title, credit + kind

    def _identifier(self, code: str, year: str) -> str:
        parts = [code, code[:18], f"{year}{self.rows + 1:08d}", "001"]
        return _PREFIX + ".".join([*parts, certificate_check("".join(parts))])

    def _spoil_identifier(self, person: Person, identifier: str) -> str:
        if not self._dirt.strikes("cert_identifier", "certificate_check"):
            return identifier
        letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".replace(identifier[-1], "")
        written = identifier[:-1] + self._dirt.rng.choice(letters)
        return self._spoilt(person, "cert_identifier", "certificate_check", identifier, written)

    def _spoil_end(self, person: Person, end: str) -> str:
        if end != FOR_EVER:
            return end
        if self._dirt.strikes("valid_to", "valid_to_9999"):
            return self._spoilt(person, "valid_to", "valid_to_9999", end, WITHOUT_END.isoformat())
        if self._dirt.strikes("valid_to", "valid_to_blank"):
            return self._spoilt(person, "valid_to", "valid_to_blank", end, "")
        return end

    def _spoil_state(self, person: Person, state: str) -> str:
        if state == CANCELLED and self._dirt.strikes("state", "cancelled_valid"):
            return self._spoilt(person, "state", "cancelled_valid", state, IN_FORCE)
        return state

    def _spoilt(self, person: Person, column: str, kind: str, true: str, written: str) -> str:
        if self._dirt.spoils(kind):
            person.unusable.add("SJ04")
        self._dirt.note(self.rows + 1, person.number, column, kind, [true, written])
        return written
