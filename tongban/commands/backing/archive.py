"""The archive: a tar of files that are compressed or encrypted already, and a proven manifest."""

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from django.conf import settings
from pydantic import BaseModel, ConfigDict

from tongban.errors import Refusal

MANIFEST, PROOF = "manifest.json", "manifest.proof"
DATABASE, ANCHORS, LAKE = "database.dump", "audit/anchors", "lake/"
PURPOSE = "backup"
BLOCK = 1 << 20

Told = Callable[[str, int, int], None]  # what, bytes done, bytes in all


class FileExists(Refusal):
    """{file} exists; name a new file."""

    zh = "{file} 已存在，请换一个文件名。"


class CannotWrite(Refusal):
    """Nothing can be written into {folder}: {problem}. Name a file in a folder that exists."""

    zh = "无法写入目录 {folder}：{problem}。请把文件放到已有的目录中。"


class NoArchive(Refusal):
    """{file} is not a whole backup: {problem}"""

    zh = "{file} 不是完整的备份：{problem_zh}"


class OtherMasterKey(Refusal):
    """{file} was made under another master key. Set TONGBAN_MASTER_KEY, or put its key file into
    the state folder as keys/master; without that key nobody can read the backup."""

    zh = (
        "{file} 是用另一把主密钥制作的。请设置 TONGBAN_MASTER_KEY，"
        "或把密钥文件放到状态目录的 keys/master；没有这把密钥，任何人都无法读取该备份。"
    )


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Member(Strict):
    size: int
    sha256: str


class Table(Strict):
    version: int
    rows: int


class Manifest(Strict):
    format: Literal[1] = 1
    made_at: str
    server: str  # the database's version
    key_check: str
    edition: int | None
    tables: dict[str, Table]  # of the current edition
    members: dict[str, Member]


def key_check() -> str:
    """Tells one master key from another and nothing else about it."""
    return settings.VAULT.digest("key check", PURPOSE).hex()


class Writer:
    def __init__(self, tar: tarfile.TarFile):
        self._tar = tar
        self.members: dict[str, Member] = {}

    def add(self, name: str, path: Path) -> None:
        """The file's bytes as they are now: what is added to it meanwhile stays out."""
        info = tarfile.TarInfo(name)
        with path.open("rb") as file:
            info.size = os.fstat(file.fileno()).st_size
            read = _Hashing(file)
            self._tar.addfile(info, read)  # pyright: ignore[reportArgumentType]
        self.members[name] = Member(size=info.size, sha256=read.digest.hexdigest())

    def close_with(self, manifest: Manifest) -> None:
        text = manifest.model_dump_json(indent=1)
        proof = settings.VAULT.digest(text, PURPOSE).hex()
        for name, content in ((MANIFEST, text), (PROOF, proof)):
            info = tarfile.TarInfo(name)
            info.size = len(content.encode())
            self._tar.addfile(info, io.BytesIO(content.encode()))


class _Hashing:
    """Hashes what is read through it."""

    def __init__(self, file: IO[bytes]):
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        return block


@contextmanager
def writing(file: Path) -> Iterator[Writer]:
    """A new archive for its owner alone; it has its name only when it is whole."""
    if file.exists():
        raise FileExists(file=file)
    try:
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=file.name, suffix=".part")
    except OSError as error:
        raise CannotWrite(folder=file.parent, problem=error.strerror) from error
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar)
            out.flush()
            os.fsync(out.fileno())
        if file.exists():  # another backup was made meanwhile
            raise FileExists(file=file)
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)


class Reader:
    """An archive whose manifest is proven; each member is checked while it is copied."""

    def __init__(self, file: Path, tar: tarfile.TarFile, manifest: Manifest, proof: str):
        self.manifest, self.proof = manifest, proof
        self._file, self._tar = file, tar

    def copy(self, name: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            self._read(name, out.write)

    def check(self, told: Told) -> None:
        """Reads everything once, so that nothing is restored from a damaged archive."""
        done, total = 0, sum(member.size for member in self.manifest.members.values())
        for name, member in self.manifest.members.items():
            self._read(name, len)
            done += member.size
            told("checking", done, total)

    def _read(self, name: str, use: Callable[[bytes], object]) -> None:
        digest = hashlib.sha256()
        try:
            source = self._tar.extractfile(name)
        except KeyError as error:
            raise _broken(self._file, f"{name} is missing", f"缺少 {name}") from error
        if source is None:
            raise _broken(self._file, f"{name} is no file", f"{name} 不是文件")
        while block := source.read(BLOCK):
            digest.update(block)
            use(block)
        if digest.hexdigest() != self.manifest.members[name].sha256:
            raise _broken(self._file, f"{name} was changed", f"{name} 已被改动")


@contextmanager
def reading(file: Path) -> Iterator[Reader]:
    """Raises NoArchive or OtherMasterKey."""
    with ExitStack() as stack:
        try:
            tar = stack.enter_context(tarfile.open(file, mode="r:"))
        except (OSError, tarfile.TarError) as error:
            raise _broken(file, str(error), str(error)) from error
        yield Reader(file, tar, *_manifest(file, tar))


def _manifest(file: Path, tar: tarfile.TarFile) -> tuple[Manifest, str]:
    try:
        text, proof = (_text(tar, name) for name in (MANIFEST, PROOF))
    except (KeyError, tarfile.TarError, UnicodeDecodeError) as error:
        problem = "it has no manifest, so it was cut off", "没有清单，文件不完整"
        raise _broken(file, *problem) from error
    changed = _broken(file, "its manifest was changed", "清单已被改动")
    try:
        manifest = Manifest.model_validate_json(text)
    except ValueError as error:
        raise changed from error
    if manifest.key_check != key_check():
        raise OtherMasterKey(file=file)
    if proof != settings.VAULT.digest(text, PURPOSE).hex() or not _stays_inside(manifest):
        raise changed
    return manifest, proof


def _stays_inside(manifest: Manifest) -> bool:
    return all(
        name in (DATABASE, ANCHORS) or (name.startswith(LAKE) and ".." not in _parts(name))
        for name in manifest.members
    )


def _parts(name: str) -> tuple[str, ...]:
    return PurePosixPath(name).parts


def _text(tar: tarfile.TarFile, name: str) -> str:
    source = tar.extractfile(name)
    if source is None:
        raise KeyError(name)
    return source.read().decode()


def _broken(file: Path, problem: str, problem_zh: str) -> NoArchive:
    return NoArchive(file=file, problem=problem, problem_zh=problem_zh)
