"""What a table is at one version, and what a staging has ready to become one."""

from collections import defaultdict
from dataclasses import dataclass

from .schema import Schema


@dataclass(frozen=True)
class File:
    path: str  # absolute, or s3://…
    key: str
    rows: int
    size: int


@dataclass(frozen=True)
class Snapshot:
    table: str
    version: int
    schema: Schema
    files: tuple[File, ...]

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    def by_key(self) -> dict[str, list[str]]:
        """Paths of the files under each data key; one key is one staging, so one set of columns."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for file in self.files:
            groups[file.key].append(file.path)
        return dict(groups)


@dataclass(frozen=True)
class StagedFile:
    path: str  # from the table's folder
    rows: int
    size: int
    stats: str  # JSON as the Delta log keeps it; never a value of grade 3 or 4


@dataclass(frozen=True)
class Staged:
    """Files that are written and verified, and that nobody sees before `Lake.commit`.

    `base` is the table's version when the staging began; a commit that replaces refuses when it has
    changed. Whoever read an older version on purpose need not care; whoever must not lose what was
    committed since he read sets the version he read (`dataclasses.replace`).
    """

    table: str
    run: str
    key: str
    schema: Schema
    files: tuple[StagedFile, ...]
    base: int | None

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)
