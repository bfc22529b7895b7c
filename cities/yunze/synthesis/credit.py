"""FG02: licences and punishments that are published within seven working days, an XML file.

Of natural persons only a masked name and number are to be published.
"""

from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from synthesis.companies import IN_FORCE
from synthesis.dirt import Dirt
from synthesis.people import Company, Household, Person

PATH = "fg02/xyxx_sgs.xml"
FIELDS = ["xzxk_wsh", "xdr", "xdr_code", "lb", "cfzl", "cfnr", "jdrq", "yxq", "jg", "bsrq"]
LICENCE, PUNISHMENT = "1", "2"
WARNING, FINE, BAR = "1", "2", "4"
FOOD_BAR = "限制从事食品生产经营活动"
_OFFICE = "云泽市市场监督管理局"
_SHARE_LICENCE, _SHARE_FINE, _SHARE_BARRED, _SHARE_PERSON = 0.15, 0.04, 0.03, 0.03
_SHARE_BAR_OVER = 0.4
_DAYS_AGO, _IN_TIME, _LATE = range(40, 700), range(1, 8), range(20, 61)


class CreditRecords:
    def __init__(self, folder: Path, dirt: Dirt, today: date) -> None:
        self._file = (folder / PATH).open("w", encoding="utf-8", newline="")
        self._dirt, self._today = dirt, today
        self.rows = 0
        self._file.write('<?xml version="1.0" encoding="UTF-8"?>\n<records>\n')

    def write(self, household: Household) -> None:
        rng = self._dirt.rng
        for company in household.companies:
            self._of_company(company)
        head = household.members[0]
        if rng.random() < _SHARE_PERSON and not head.died:
            self._of_person(head)

    def close(self) -> None:
        self._file.write("</records>\n")
        self._file.close()

    def _of_company(self, company: Company) -> None:
        rng = self._dirt.rng
        decided = self._today - timedelta(days=rng.choice(_DAYS_AGO))
        if rng.random() < _SHARE_LICENCE:
            self._publish(company, [LICENCE, "", "准予行政许可"], decided, None)
        if rng.random() < _SHARE_FINE:
            kind = rng.choice((WARNING, FINE))
            words = {WARNING: "警告", FINE: "罚款五千元"}[kind]
            self._publish(company, [PUNISHMENT, kind, words], decided, None)
        if company.trade.has_catering and rng.random() < _SHARE_BARRED:
            over = rng.random() < _SHARE_BAR_OVER
            days = -rng.randrange(1, 30) if over else rng.randrange(30, 1_500)
            until = self._today + timedelta(days=days)
            self._publish(company, [PUNISHMENT, BAR, FOOD_BAR], decided, until)
            company.barred_until = None if over else until

    def _publish(
        self, company: Company, what: list[str], decided: date, until: date | None
    ) -> None:
        """Of a company that is cancelled the licence has become nothing: it is not listed."""
        if what[0] == LICENCE and company.state != IN_FORCE:
            return
        self.rows += 1
        code = self._code(company)
        self._append([company.name, code, *what], decided, until, company.code)

    def _of_person(self, person: Person) -> None:
        self.rows += 1
        name = person.name[0] + "*" * (len(person.name) - 1)
        number = f"{person.number[:6]}********{person.number[-4:]}"
        if self._dirt.strikes("xdr_code", "person_unmasked"):
            values = [number, person.number]
            self._dirt.note(self.rows, person.number, "xdr_code", "person_unmasked", values)
            name, number = person.name, person.number
        decided = self._today - timedelta(days=self._dirt.rng.choice(_DAYS_AGO))
        what = [PUNISHMENT, WARNING, "警告"]
        self._append([name, number, *what], decided, None, person.number)

    def _code(self, company: Company) -> str:
        dirt, code = self._dirt, company.code
        for kind, written in (
            ("uscc_lower", code.lower()),
            ("uscc_o_0", code.replace("0", "O")),
            ("uscc_i_1", code.replace("1", "I")),
        ):
            if written != code and dirt.strikes("xdr_code", kind):
                dirt.note(self.rows, code, "xdr_code", kind, [code, written])
                return written
        return code

    def _append(self, who: list[str], decided: date, until: date | None, whose: str) -> None:
        rng = self._dirt.rng
        reported = decided + timedelta(days=rng.choice(_IN_TIME))
        if self._dirt.strikes("bsrq", "late_report"):
            late = decided + timedelta(days=rng.choice(_LATE))
            days = [reported.isoformat(), late.isoformat()]
            self._dirt.note(self.rows, whose, "bsrq", "late_report", days)
            reported = late
        letter = "许" if who[2] == LICENCE else "罚"
        number = f"云市监{letter}〔{decided.year}〕{self.rows:06d}号"
        ends = until.isoformat() if until else ""
        cells = [number, *who, decided.isoformat(), ends, _OFFICE, reported.isoformat()]
        written = "".join(
            f"<{field}>{escape(value)}</{field}>"
            for field, value in zip(FIELDS, cells, strict=True)
        )
        self._file.write(f"<record>{written}</record>\n")
