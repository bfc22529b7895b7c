"""RS01: paid months as the social security office keeps them, a table in PostgreSQL.

Of 110 (basic pension of employees) there is one row per account and month of the last 24 closed
months, from the first insured month to the last closed one or to a termination: a month without a
row is a month that was not sent. Of 210 (unemployment) there is the last closed month only.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from synthesis.dirt import Dirt
from synthesis.identity import credit_code
from synthesis.names import Weighted
from synthesis.people import Household, Person

PATH = "rs01/cb_gr.csv"
HEADER = [
    "jlh",
    "grbh",
    "sfzh",
    "xm",
    "xzlx",
    "cbzt",
    "dwbh",
    "dwmc",
    "dwuscc",
    "jfny",
    "jfjs",
    "sckcb",
]
MONTHS = 24
PENSION, UNEMPLOYMENT = "110", "210"
PAID, PAUSED, ENDED = "1", "2", "4"
_WORDS = {
    PAID: ("正常参保", "正常", "参保缴费"),
    PAUSED: ("暂停参保", "暂停"),
    ENDED: ("终止参保", "终止"),
}
_WORKING_AGES = range(20, 60)
_SHARE_INSURED, _SHARE_FLEXIBLE, _SHARE_MOVING = 0.72, 0.05, 0.08
_COURSES = Weighted(("full", "started", "pause", "ended", "paused"), (62, 22, 6, 6, 4))
_TRADES = "电子 机械 纺织 食品 建材 物流 软件 商贸 服饰 化工 餐饮 物业"
_BRANDS = (
    "澄江 恒达 云海 望江 金泽 瑞丰 华信 东湖 兴隆 百川 新桥 德润 海通 文昌 宏业 天成 利民 长青 "
    "鸿运 安泰 清荷 港源 双湖 白鹭 南塘"
)
_EMPLOYER_REGIONS = ("329904", "329905", "329906")
_FEWEST, _MOST, _PEOPLE_PER_EMPLOYER = 20, 800, 300


@dataclass(frozen=True, slots=True)
class Employer:
    code: str
    name: str
    credit_code: str

    @property
    def cells(self) -> str:
        return f"{self.code},{self.name},{self.credit_code}"


FLEXIBLE = Employer("", "", "")


@dataclass(frozen=True, slots=True)
class Month:
    """The `nth` of the 24 months, and what happened in it."""

    nth: int
    status: str
    employer: Employer


def employers(rng: Random, people: int) -> list[Employer]:
    count = max(_FEWEST, min(_MOST, people // _PEOPLE_PER_EMPLOYER))
    trades, brands = _TRADES.split(), _BRANDS.split()
    firms: list[Employer] = []
    for nth in range(count):
        trade, brand = trades[nth % len(trades)], brands[nth // len(trades) % len(brands)]
        series = nth // (len(trades) * len(brands))
        name = f"云泽市{brand}{trade}{'二三四'[series - 1] if series else ''}有限公司"
        credit = credit_code("91", rng.choice(_EMPLOYER_REGIONS), f"MA{nth:06d}")
        firms.append(Employer(f"YZ{nth + 1:06d}", name, credit))
    return firms


class Insurance:
    def __init__(self, folder: Path, dirt: Dirt, today: date, people: int) -> None:
        self._file = (folder / PATH).open("w", encoding="utf-8", newline="")
        self._dirt, self._today = dirt, today
        self.employers = employers(dirt.rng, people)
        shares = [1 / (nth + 3) for nth in range(len(self.employers))]
        self._employers = Weighted(self.employers, shares)
        closed = today.year * 12 + today.month - 2
        self._months = [_month(closed - MONTHS + 1 + nth) for nth in range(MONTHS)]
        rates = dirt.rate("cbzt", "status_word"), dirt.rate("jfny", "month_format")
        self._share_spoilt = sum(rates)
        self._accounts = 0
        self.rows = 0
        self._file.write(",".join(HEADER) + "\n")

    def write(self, household: Household) -> None:
        rng = self._dirt.rng
        for person in household.members:
            if person.age(self._today) in _WORKING_AGES and rng.random() < _SHARE_INSURED:
                series = self._until_death(person, self._series())
                if series:
                    self._know(person, series)
                    self._send(person, series)

    def close(self) -> None:
        self._file.close()

    def _series(self) -> list[Month]:
        rng, last = self._dirt.rng, MONTHS - 1
        course = _COURSES.draw(rng)
        first = rng.randint(1, last) if course == "started" else 0
        statuses = dict.fromkeys(range(first, MONTHS), PAID)
        if course == "pause":
            start = rng.randint(2, last - 4)
            statuses |= dict.fromkeys(range(start, start + rng.randint(1, 3)), PAUSED)
        elif course == "paused":
            statuses |= dict.fromkeys(range(rng.randint(3, last), MONTHS), PAUSED)
        elif course == "ended":
            end = rng.randint(3, last)
            statuses = dict.fromkeys(range(end), PAID) | {end: ENDED}
        employer = self._employer()
        moved = rng.randint(first, last) if rng.random() < _SHARE_MOVING else MONTHS
        later = self._employer() if moved < MONTHS else employer
        return [
            Month(nth, status, employer if nth < moved else later)
            for nth, status in statuses.items()
        ]

    def _employer(self) -> Employer:
        rng = self._dirt.rng
        return FLEXIBLE if rng.random() < _SHARE_FLEXIBLE else self._employers.draw(rng)

    def _until_death(self, person: Person, series: list[Month]) -> list[Month]:
        if not person.died:
            return series
        died = f"{person.died:%Y%m}"
        lived = [month for month in series if self._months[month.nth] <= died]
        if not lived or len(lived) == len(series):
            return lived
        return [*lived, Month(lived[-1].nth + 1, ENDED, lived[-1].employer)]

    def _know(self, person: Person, series: list[Month]) -> None:
        """What the series says about the person: paid months in a row, and the employer now."""
        last = series[-1]
        if last.nth < MONTHS - 1 or last.status != PAID:
            person.insured_months, person.employed = 0, False
            return
        unpaid = [month.nth for month in series if month.status != PAID]
        person.insured_months = last.nth - (unpaid[-1] if unpaid else series[0].nth - 1)
        if last.employer is not FLEXIBLE:
            person.employed, person.employer = True, last.employer.name

    def _send(self, person: Person, series: list[Month]) -> None:
        rng, dirt = self._dirt.rng, self._dirt
        account = self._account()
        if dirt.strikes("grbh", "two_accounts") and len(series) > 1:
            split = rng.randrange(1, len(series))
            self._rows(person, account, ("", person.number), series[:split])
            second = self._account()
            dirt.note(self.rows + 1, person.number, "grbh", "two_accounts", [account, second])
            self._rows(person, second, ("", person.number), series[split:])
            return
        identity = dirt.identity(person.number)
        if dirt.spoils(identity[0]):
            person.unusable.add("RS01")
        elif len(series) >= 4 and dirt.strikes("jfny", "month_missing"):
            person.unusable.add("RS01")
            lost = series.pop(rng.randrange(1, len(series) - 1))
            after = self.rows + 1 + next(i for i, m in enumerate(series) if m.nth > lost.nth)
            dirt.note(after, person.number, "jfny", "month_missing", [self._months[lost.nth], ""])
        self._rows(person, account, identity, series)

    def _account(self) -> str:
        self._accounts += 1
        return f"G{self._accounts:09d}"

    def _rows(
        self, person: Person, account: str, identity: tuple[str, str], series: list[Month]
    ) -> None:
        base = self._dirt.rng.randrange(4_500, 22_000, 50)
        kind, number = identity
        last, lines = series[-1], [(PENSION, month) for month in series]
        if last.nth == MONTHS - 1 and last.status == PAID and last.employer is not FLEXIBLE:
            lines.append((UNEMPLOYMENT, last))
        start = f"{account},{number},{person.name}"
        since = self._months[series[0].nth]
        usable = not self._dirt.spoils(kind)
        for insurance, month in lines:
            self.rows += 1
            if kind:
                self._note(person, "sfzh", kind, [person.number, number])
            status, when = month.status, self._months[month.nth]
            if usable and self._dirt.rng.random() < self._share_spoilt:
                status, when = self._spoil(person, status, when)
            self._file.write(
                f"{self.rows},{start},{insurance},{status},{month.employer.cells},{when},"
                f"{base if month.status == PAID else 0},{since}\n"
            )

    def _spoil(self, person: Person, status: str, when: str) -> tuple[str, str]:
        """Either the status or the month, by their shares of what is spoilt."""
        rng = self._dirt.rng
        if rng.random() * self._share_spoilt < self._dirt.rate("cbzt", "status_word"):
            word = rng.choice(_WORDS[status])
            self._note(person, "cbzt", "status_word", [status, word])
            return word, when
        written = f"{when[:4]}-{when[4:]}"
        self._note(person, "jfny", "month_format", [when, written])
        return status, written

    def _note(self, person: Person, column: str, kind: str, values: list[str]) -> None:
        self._dirt.note(self.rows, person.number, column, kind, values)


def _month(count: int) -> str:
    return f"{count // 12:04d}{count % 12 + 1:02d}"
