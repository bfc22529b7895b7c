"""SCJ02 and WJ06: who may sell food, and who is healthy enough to handle it.

SCJ02 is a file in GB18030 of the market regulator, WJ06 a workbook of the health commission. Those
who handle food are people of the households that came last.
"""

from collections import deque
from datetime import date, timedelta
from pathlib import Path

from synthesis.companies import IN_FORCE
from synthesis.dirt import Dirt
from synthesis.people import Company, Household, Person
from synthesis.xlsx import Workbook

LICENCES, HANDLERS = "scj02/spjy_xk.csv", "wj06/jkz.xlsx"
LICENCES_HEADER = ["xkzbh", "jyz", "uscc", "zyt", "jyxm", "fzrq", "yxq", "zt"]
HANDLERS_HEADER = ["jkzbh", "xm", "sfzh", "hylb", "dwuscc", "tjrq", "yxq", "zp"]
SHEET = "健康证明"
SALES, CATERING = "1", "2"
_WORDS = {SALES: "食品销售经营者", CATERING: "餐饮服务经营者"}
_PROJECTS = {SALES: "预包装食品销售", CATERING: "热食类食品制售"}
VALID, WITHDRAWN = "有效", "注销"
FIVE_YEARS, ONE_YEAR = 5 * 365, 365
_SHARE_LICENSED, _SHARE_OVER = 0.7, 0.06
_SELLS_FOOD = "食品销售"
_REMEMBERED = 60
_AGES = range(18, 66)
_SHARE_NOBODY, _MOST_HANDLERS = 0.08, 5
_SHARE_CARELESS, _SHARE_RENEWED = 0.25, 0.3
_EXAMINED, _EXAMINED_BY_THE_CARELESS = range(5, 350), range(5, 700)


class FoodLicences:
    def __init__(self, folder: Path, dirt: Dirt, today: date) -> None:
        self._file = (folder / LICENCES).open("w", encoding="gb18030", newline="")
        self._dirt, self._today = dirt, today
        self.rows = 0
        self._file.write(",".join(LICENCES_HEADER) + "\r\n")

    def write(self, household: Household) -> None:
        for company in household.companies:
            sells = company.trade.has_catering or _SELLS_FOOD in company.trade.scope
            if sells and self._dirt.rng.random() < _SHARE_LICENSED:
                self._license(company)

    def close(self) -> None:
        self._file.close()

    def _license(self, company: Company) -> None:
        dirt, rng = self._dirt, self._dirt.rng
        self.rows += 1
        kind = CATERING if company.trade.has_catering else SALES
        held = (self._today - company.founded).days
        over = held > FIVE_YEARS and rng.random() < _SHARE_OVER
        since = rng.randrange(FIVE_YEARS + 1, held + 1) if over else rng.randrange(min(held, 1_800))
        issued = self._today - timedelta(days=since)
        until = issued + timedelta(days=FIVE_YEARS)
        number = f"JY{kind}{company.code[2:8]}{self.rows:07d}"
        company.licence, company.licence_until = number, until
        state = VALID if company.state == IN_FORCE else WITHDRAWN
        known = "code" not in company.unusable
        if state == WITHDRAWN and known and dirt.strikes("zt", "cancelled_company"):
            self._note(company, "zt", "cancelled_company", [state, VALID])
            state = VALID
        project, shown = _PROJECTS[kind], kind
        if dirt.strikes("zyt", "business_word"):
            shown = _WORDS[kind]
            self._note(company, "zyt", "business_word", [kind, shown])
        cells = [number, company.name, company.code, shown, project]
        cells += [issued.isoformat(), until.isoformat(), state]
        self._file.write(",".join(cells) + "\r\n")

    def _note(self, company: Company, column: str, kind: str, values: list[str]) -> None:
        self._dirt.note(self.rows, company.code, column, kind, values)


class FoodHandlers:
    def __init__(self, folder: Path, dirt: Dirt, today: date) -> None:
        self._book = Workbook(folder / HANDLERS, SHEET, HANDLERS_HEADER)
        self._dirt, self._today = dirt, today
        self._free: deque[Person] = deque(maxlen=_REMEMBERED)
        self.rows = 0

    def write(self, household: Household) -> None:
        grown = [p for p in household.members if p.age(self._today) in _AGES and not p.died]
        self._free.extend(grown)
        for company in household.companies:
            if company.state == IN_FORCE and company.trade.has_catering:
                self._staff(company)

    def close(self) -> None:
        self._book.close()

    def _staff(self, company: Company) -> None:
        rng = self._dirt.rng
        if rng.random() < _SHARE_NOBODY:
            return
        careless = rng.random() < _SHARE_CARELESS
        wanted = rng.randint(1, _MOST_HANDLERS)
        for _ in range(min(wanted, len(self._free))):
            person = self._free[rng.randrange(len(self._free))]
            self._free.remove(person)
            days = rng.choice(_EXAMINED_BY_THE_CARELESS if careless else _EXAMINED)
            company.handlers += 1
            company.handlers_valid += days <= ONE_YEAR
            if rng.random() < _SHARE_RENEWED:
                self._examine(company, person, days + rng.randrange(340, ONE_YEAR))
            self._examine(company, person, days)

    def _examine(self, company: Company, person: Person, days: int) -> None:
        dirt = self._dirt
        self.rows += 1
        kind, number = dirt.identity(person.number)
        if kind:
            self._note(person, "sfzh", kind, [person.number, number])
        if dirt.spoils(kind):
            company.unusable.add("WJ06")
        examined = self._today - timedelta(days=days)
        until = (examined + timedelta(days=ONE_YEAR)).isoformat()
        photo = f"P{self.rows:08d}.jpg"
        if dirt.strikes("yxq", "validity_five"):
            written = (examined + timedelta(days=FIVE_YEARS)).isoformat()
            self._note(person, "yxq", "validity_five", [until, written])
            until = written
        if dirt.strikes("zp", "photo_missing"):
            self._note(person, "zp", "photo_missing", [photo, ""])
            photo = ""
        trade = "食品餐饮"
        cells = [f"JK{examined.year}{self.rows:08d}", person.name, number, trade, company.code]
        self._book.write([*cells, examined.isoformat(), until, photo])

    def _note(self, person: Person, column: str, kind: str, values: list[str]) -> None:
        self._dirt.note(self.rows, person.number, column, kind, values)
