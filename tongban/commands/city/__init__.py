"""A city as a folder: read and validated as a whole, made live, written back, compared."""

from datetime import date
from pathlib import Path

from tongban.commands.city.adopting import Adopted, adopt
from tongban.commands.city.bundles import Difference, compare, live, of_folder
from tongban.commands.city.checking import check
from tongban.commands.city.dumping import dump
from tongban.commands.city.findings import Findings, FolderRefused
from tongban.commands.city.folder import Folder, read

__all__ = [
    "Adopted",
    "Difference",
    "Folder",
    "FolderRefused",
    "adopt",
    "compare",
    "dump",
    "live",
    "of_folder",
    "read_checked",
]


def read_checked(path: Path, today: date) -> Folder:
    """The folder, when nothing is wrong with it. Raises FolderRefused with everything that is."""
    findings = Findings()
    folder = read(path, findings)
    findings.refuse()
    check(folder, findings, today)
    findings.refuse()
    return folder
