"""SCJ01: companies as the market regulator registers them, a table in PostgreSQL.

Founders are adults of the city; the first of them lead the employers of RS01. A founder who owns a
shop keeps his first company there, and some companies own theirs.
"""

from datetime import date, timedelta
from pathlib import Path

from synthesis import places, trades
from synthesis.dirt import Dirt
from synthesis.identity import credit_code
from synthesis.insurance import Employer
from synthesis.names import Weighted
from synthesis.people import Company, Household, Person
from synthesis.property import Property
from synthesis.trades import TRADES, Trade

PATH = "scj01/scztdj.csv"
HEADER = [
    *("uscc", "mc", "ztlx", "fddbr", "fddbr_zjh", "zczb"),
    *("cywz", "clrq", "djzt", "zxrq", "hydm", "zs", "djjg"),
]
LIMITED, SOLE, COOPERATIVE, INDIVIDUAL = "1100", "4540", "9100", "9500"
IN_FORCE, CANCELLED, REVOKED = "存续", "注销", "吊销"
_KINDS = Weighted((INDIVIDUAL, LIMITED, SOLE, COOPERATIVE), (58, 36, 4, 2))
_STATES = Weighted((IN_FORCE, CANCELLED, REVOKED), (84, 12, 4))
_HEAD = {LIMITED: "91", SOLE: "91", COOPERATIVE: "93", INDIVIDUAL: "92"}
_ENDING = {LIMITED: "有限公司", SOLE: "经营部", COOPERATIVE: "专业合作社", INDIVIDUAL: "店"}
_CAPITAL = {LIMITED: range(50, 2_001, 50), SOLE: range(5, 101, 5)}
_CAPITAL |= {COOPERATIVE: range(10, 301, 10), INDIVIDUAL: range(1, 31)}
_FIRST, _SECOND = "云江海湖泽清荷金瑞华兴德恒安百新", "味和顺达源丰泰润盛昌隆康宏悦"
_STATE_WORDS = ("在业", "开业", "1")
# One US dollar at 7 yuan: nobody but the generator may rely on it.
_YUAN_PER_DOLLAR = 7
_PER_PERSON = 0.15
_AGES = range(20, 71)
_DAYS_FOUNDED, _YOUNGEST = 6_000, 5
_SHARE_BRACKETS, _SHARE_OWN_SHOP = 0.2, 0.12
CREDIT_CODES_SINCE = date(2015, 10, 1)


class Companies:
    """Comes after the property of a household, before the offices that watch over companies."""

    def __init__(
        self, folder: Path, dirt: Dirt, today: date, property_: Property, employers: list[Employer]
    ) -> None:
        self._file = (folder / PATH).open("w", encoding="utf-8", newline="")
        self._dirt, self._today = dirt, today
        self._property, self._employers = property_, employers[::-1]
        self._due = 0.0
        self._minted = 0
        self.rows = 0
        self._file.write(",".join(HEADER) + "\n")

    def write(self, household: Household) -> None:
        self._due += len(household.members) * _PER_PERSON
        founders = [p for p in household.adults if p.age(self._today) in _AGES and not p.died]
        while founders and self._due >= 1:
            self._due -= 1
            company = self._found(household, self._dirt.rng.choice(founders))
            household.companies.append(company)
            self._register(company)

    def close(self) -> None:
        self._file.close()

    def _found(self, household: Household, founder: Person) -> Company:
        rng = self._dirt.rng
        if self._employers:
            firm = self._employers.pop()
            trade = trades.of_employer(firm.name)
            region = firm.credit_code[2:8]
            company = self._company(founder, LIMITED, trade, IN_FORCE, region)
            company.code, company.name = firm.credit_code, firm.name
            return company
        kind, region = _KINDS.draw(rng), household.residence.region
        shop = founder.shop if not household.companies else None
        if shop:
            region = shop.place.region
        company = self._company(founder, kind, TRADES.draw(rng), _STATES.draw(rng), region)
        if shop:
            company.place, company.premises = shop.place, shop
            if "ZR01" in founder.unusable:
                company.unusable.add("ZR01")
        elif kind == LIMITED and rng.random() < _SHARE_OWN_SHOP:
            company.premises = self._property.register_company(
                company.name, company.code, company.place
            )
        return company

    def _company(
        self, founder: Person, kind: str, trade: Trade, state: str, region: str
    ) -> Company:
        rng = self._dirt.rng
        founded = self._today - timedelta(days=rng.randrange(_YOUNGEST, _DAYS_FOUNDED))
        grown = founder.born + timedelta(days=366 * _AGES[0])
        founded = max(founded, min(grown, self._today - timedelta(days=_YOUNGEST)))
        self._minted += 1
        company = Company(
            code=credit_code(_HEAD[kind], region, f"MC{self._minted:06d}"),
            name=self._name(founder, kind, trade, region),
            kind=kind,
            founder=founder,
            founded=founded,
            place=places.within(rng, region),
            trade=trade,
            capital=rng.choice(_CAPITAL[kind]),
            state=state,
        )
        if state == CANCELLED:
            days = rng.randrange((self._today - founded).days)
            company.cancelled = self._today - timedelta(days=days)
        return company

    def _name(self, founder: Person, kind: str, trade: Trade, region: str) -> str:
        rng = self._dirt.rng
        brand = rng.choice(_FIRST) + rng.choice(_SECOND)
        city = places.NAMES[places.CITY]
        if kind == INDIVIDUAL:
            return f"{city}{places.NAMES[region]}{founder.name[0]}记{brand}{trade.word}店"
        if kind == LIMITED and rng.random() < _SHARE_BRACKETS:
            return f"{brand}（{city.removesuffix('市')}）{trade.word}{_ENDING[kind]}"
        return f"{city}{brand}{trade.word}{_ENDING[kind]}"

    def _register(self, company: Company) -> None:
        self.rows += 1
        clean = [
            company.code,
            company.name,
            company.kind,
            company.founder.name,
            company.founder.number,
            str(company.capital),
            company.trade.scope,
            company.founded.isoformat(),
            company.state,
            company.cancelled.isoformat() if company.cancelled else "",
            company.trade.industry,
            company.place.address,
            f"云泽市{places.NAMES[company.place.region]}市场监督管理局",
        ]
        self._file.write(",".join(self._spoilt(company, clean)) + "\n")

    def _spoilt(self, company: Company, row: list[str]) -> list[str]:
        dirt = self._dirt
        if company.founded < CREDIT_CODES_SINCE and dirt.strikes("uscc", "uscc_15"):
            old = f"{company.code[2:8]}{dirt.rng.randrange(10**9):09d}"
            company.unusable |= {"SCJ01", "code"}
            return [self._note(company, "uscc", "uscc_15", company.code, old), *row[1:]]
        kind, number = dirt.identity(company.founder.number)
        if kind:
            self._note(company, "fddbr_zjh", kind, company.founder.number, number)
        row[1] = self._spelt(company, row[1])
        row[4] = number
        row[5] = self._capital(company, row[5])
        if company.state == IN_FORCE and dirt.strikes("djzt", "status_word"):
            word = dirt.rng.choice(_STATE_WORDS)
            row[8] = self._note(company, "djzt", "status_word", company.state, word)
        industry = row[10]
        if industry.startswith("0") and dirt.strikes("hydm", "industry_zero"):
            row[10] = self._note(company, "hydm", "industry_zero", industry, industry[1:])
        return row

    def _spelt(self, company: Company, name: str) -> str:
        if "（" in name and self._dirt.strikes("mc", "name_brackets"):
            written = name.replace("（", "(").replace("）", ")")
            return self._note(company, "mc", "name_brackets", name, written)
        return name

    def _capital(self, company: Company, true: str) -> str:
        dirt = self._dirt
        if dirt.strikes("zczb", "capital_currency"):
            dollars = f"{company.capital / _YUAN_PER_DOLLAR:.2f}万美元"
            return self._note(company, "zczb", "capital_currency", true, dollars)
        if dirt.strikes("zczb", "capital_unit"):
            ways = (f"{true}万元", f"{true}万人民币", f"{company.capital * 10_000}元")
            return self._note(company, "zczb", "capital_unit", true, dirt.rng.choice(ways))
        return true

    def _note(self, company: Company, column: str, kind: str, true: str, written: str) -> str:
        if self._dirt.spoils(kind):
            company.unusable.add("SCJ01")
        self._dirt.note(self.rows, company.code, column, kind, [true, written])
        return written
