"""Whether a restored state is what its backup says: the audit chain, and every table read whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tongban.base.audit import queries as audit
from tongban.base.audit.findings import Report
from tongban.commands.backing.archive import Manifest, Told
from tongban.data.lake import queries as lake
from tongban.data.lake import store

NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class TableProof:
    table: str
    expected: int | None  # rows by the manifest, less what was erased; None: not in it
    found: int | None  # None: the current edition has no such table
    problems_zh: tuple[str, ...] = ()
    problems_en: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return self.expected == self.found and not self.problems_en


@dataclass(frozen=True)
class Proof:
    edition: int | None
    expected_edition: int | None
    audit: Report
    tables: tuple[TableProof, ...]

    @property
    def sound(self) -> bool:
        same = self.edition == self.expected_edition
        return same and self.audit.sound and all(table.sound for table in self.tables)


def prove(manifest: Manifest, told: Told, taken: Mapping[str, int] = NOTHING) -> Proof:
    """Decrypts and reads every file of the current edition. `taken` are rows of each table that
    were erased under law since it was restored."""
    edition = lake.current_edition()
    held = lake.tables_of(edition) if edition else {}
    names = sorted(held.keys() | manifest.tables.keys())
    tables: list[TableProof] = []
    for done, name in enumerate(names, 1):
        tables.append(_proof(name, held.get(name), _expected(name, manifest, taken)))
        told("reading", done, len(names))
    report = audit.verify(lambda done, total: told("verifying", done, total or done))
    return Proof(edition.number if edition else None, manifest.edition, report, tuple(tables))


def _expected(name: str, manifest: Manifest, taken: Mapping[str, int]) -> int | None:
    if name not in manifest.tables:
        return None
    return manifest.tables[name].rows - taken.get(name, 0)


def _proof(name: str, version: int | None, expected: int | None) -> TableProof:
    if version is None:
        return TableProof(name, expected, None)
    snapshot = store.lake().snapshot(name, version)
    damages = store.engine().damaged(snapshot)
    return TableProof(
        name,
        expected,
        snapshot.rows,
        tuple(damage.problem.told("zh") for damage in damages),
        tuple(damage.problem.told("en") for damage in damages),
    )
