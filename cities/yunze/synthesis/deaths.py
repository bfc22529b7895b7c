"""WJ02: death certificates as the health commission keeps them, served page by page as JSON."""

import json
from datetime import date, timedelta
from pathlib import Path

from synthesis.dirt import Dirt
from synthesis.people import Household, Person

PATH = "wj02/sw_yx.json"
_CAUSES = ("I21.9", "I63.9", "C34.9", "J44.1", "I25.1", "C16.9", "E11.9", "J18.9", "V89.2", "R54")
_ISSUERS = (
    "云泽市第一人民医院",
    "云泽市中医院",
    "云泽县人民医院",
    "临泽县人民医院",
    "望江街道社区卫生服务中心",
)
_PROMPT_DAYS = 4
_LATE_DAYS = range(8, 31)


class Deaths:
    def __init__(self, folder: Path, dirt: Dirt) -> None:
        self._file = (folder / PATH).open("w", encoding="utf-8", newline="")
        self._dirt = dirt
        self.rows = 0
        self._file.write("[\n")

    def write(self, household: Household) -> None:
        for person in household.members:
            if person.died:
                self._certify(person, person.died)

    def close(self) -> None:
        self._file.write("\n]\n")
        self._file.close()

    def _certify(self, person: Person, died: date) -> None:
        dirt, rng = self._dirt, self._dirt.rng
        position = self.rows + 1
        kind, number = dirt.identity(person.number)
        if kind:
            dirt.note(position, person.number, "sfzh", kind, [person.number, number])
        if dirt.spoils(kind):
            person.unusable.add("WJ02")
        delay, cause = rng.randrange(_PROMPT_DAYS), rng.choice(_CAUSES)
        if dirt.strikes("bgrq", "late_report"):
            prompt = (died + timedelta(days=delay)).isoformat()
            delay = rng.choice(_LATE_DAYS)
            late = (died + timedelta(days=delay)).isoformat()
            dirt.note(position, person.number, "bgrq", "late_report", [prompt, late])
        if dirt.strikes("sy", "cause_missing"):
            dirt.note(position, person.number, "sy", "cause_missing", [cause, ""])
            cause = ""
        row = {
            "swzbh": f"SW{died:%Y}{position:07d}",
            "xm": person.name,
            "xb": person.sex,
            "csrq": person.born.isoformat(),
            "sfzh": number,
            "swsj": f"{died} {rng.randrange(24):02d}:{rng.randrange(60):02d}",
            "sy": cause,
            "qfjg": rng.choice(_ISSUERS),
            "bgrq": (died + timedelta(days=delay)).isoformat(),
        }
        self._file.write(",\n" if self.rows else "")
        self._file.write(json.dumps(row, ensure_ascii=False))
        self.rows = position
