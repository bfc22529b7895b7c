"""What the platform itself makes: handed in as it happens, so there is nothing to collect."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from tongban.errors import Refusal

from .port import Extract, connects


class HandedIn(Refusal):
    """{feed} is handed in by the platform itself, a job does it twice a minute; there is nothing
    to collect."""

    zh = "{feed} 由平台自己逐批送入（后台任务每分钟两次），不需要采集。"


@connects("platform")
@dataclass(frozen=True)
class Platform:
    base: Path
    feed: str

    def check(self) -> None:
        """The platform always reaches itself."""

    def extract(self, con: duckdb.DuckDBPyConnection, scratch: Path) -> Extract:
        raise HandedIn(feed=self.feed)
