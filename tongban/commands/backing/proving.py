"""Whether a restored state is what its backup says: the audit chain, and every table read whole."""

from dataclasses import dataclass

from tongban.base.audit import queries as audit
from tongban.base.audit.findings import Report
from tongban.commands.backing.archive import Manifest, Told
from tongban.data.lake import queries as lake
from tongban.data.lake import store


@dataclass(frozen=True)
class TableProof:
    table: str
    expected: int | None  # rows by the manifest; None: it knows no such table
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


def prove(manifest: Manifest, told: Told) -> Proof:
    """Decrypts and reads every file of the current edition."""
    edition = lake.current_edition()
    held = lake.tables_of(edition) if edition else {}
    names = sorted(held.keys() | manifest.tables.keys())
    tables: list[TableProof] = []
    for done, name in enumerate(names, 1):
        tables.append(_proof(name, held.get(name), manifest))
        told("reading", done, len(names))
    report = audit.verify(lambda done, total: told("verifying", done, total or done))
    return Proof(edition.number if edition else None, manifest.edition, report, tuple(tables))


def _proof(name: str, version: int | None, manifest: Manifest) -> TableProof:
    expected = manifest.tables[name].rows if name in manifest.tables else None
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
