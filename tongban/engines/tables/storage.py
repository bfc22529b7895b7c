"""Where a lake lies: a folder, or a prefix in an S3 bucket.

One set of options (those of `deltalake`: AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, …) serves the log,
the engine and the few files that are listed, rewritten or deleted here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pyarrow import fs as pyarrow_fs  # pyright: ignore[reportMissingTypeStubs]

from tongban.errors import Refusal

from .quoting import literal

fs: Any = pyarrow_fs  # without type stubs

KEY_ID, SECRET, REGION = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"
ENDPOINT, SESSION = "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"


class UnsupportedStorage(Refusal):
    """A lake lies in a folder or under s3://bucket/prefix, not under {scheme}://."""

    zh = "数据湖只能放在本地目录或 s3://桶/前缀 下，不支持 {scheme}://。"


class PatternInPath(Refusal):
    """A lake cannot lie in {path}: the engine would take * ? [ in it for a pattern."""

    zh = "数据湖不能放在 {path}：引擎会把其中的 * ? [ 当作通配符。"


class MissingOption(Refusal):
    """A lake in a bucket needs the option {option}."""

    zh = "放在桶里的数据湖缺少选项 {option}。"


class Storage:
    def __init__(self, url: str, options: Mapping[str, str]):
        scheme, _, rest = url.rpartition("://")
        if scheme not in ("", "file", "s3"):
            raise UnsupportedStorage(scheme=scheme)
        self.options = dict(options)
        self.remote = scheme == "s3"
        self._base = rest.strip("/") if self.remote else Path(rest).resolve().as_posix()
        if set(self._base) & set("*?["):
            raise PatternInPath(path=self._base)
        self._fs = _s3(self.options) if self.remote else fs.LocalFileSystem()

    def url(self, *parts: str) -> str:
        """As `deltalake` and the engine write it: an absolute path, or s3://…"""
        return ("s3://" if self.remote else "") + self._path(*parts)

    def sizes(self, *parts: str) -> dict[str, int]:
        """Bytes of every file below a folder, by its path from there; a folder may be missing."""
        folder = self._path(*parts)
        selector = fs.FileSelector(folder, recursive=True, allow_not_found=True)
        infos: list[Any] = self._fs.get_file_info(selector)
        return {i.path[len(folder) + 1 :]: int(i.size) for i in infos if i.type is fs.FileType.File}

    def read(self, path: str) -> bytes:
        with self._fs.open_input_stream(self._path(path)) as stream:
            return stream.read()

    def replace(self, path: str, content: bytes) -> None:
        """Readers see the old bytes or the new ones, never a part."""
        folder, _, name = self._path(path).rpartition("/")
        with self._fs.open_output_stream(f"{folder}/.{name}.new") as stream:
            stream.write(content)
        self._fs.move(f"{folder}/.{name}.new", f"{folder}/{name}")

    def delete(self, path: str) -> None:
        self._fs.delete_file(self._path(path))

    def make_folder(self, *parts: str) -> None:
        """The engine makes no parents; a bucket needs none."""
        if not self.remote:
            self._fs.create_dir(self._path(*parts))

    def _path(self, *parts: str) -> str:
        return "/".join((self._base, *parts))


def _s3(options: Mapping[str, str]) -> Any:
    for option in (KEY_ID, SECRET):
        if option not in options:
            raise MissingOption(option=option)
    return fs.S3FileSystem(
        access_key=options[KEY_ID],
        secret_key=options[SECRET],
        session_token=options.get(SESSION),
        region=options.get(REGION),
        endpoint_override=options.get(ENDPOINT),
    )


def engine_secret(storage: Storage) -> str | None:
    """The statement that lets the engine into the bucket; None for a folder."""
    if not storage.remote:
        return None
    given = {
        "KEY_ID": storage.options[KEY_ID],
        "SECRET": storage.options[SECRET],
        "SESSION_TOKEN": storage.options.get(SESSION),
        "REGION": storage.options.get(REGION),
        "SCOPE": storage.url(""),
    }
    if endpoint := storage.options.get(ENDPOINT):
        address = urlsplit(endpoint)
        given |= {
            "ENDPOINT": address.netloc,
            "URL_STYLE": "path",
            "USE_SSL": str(address.scheme == "https").lower(),
        }
    terms = ", ".join(f"{name} {literal(value)}" for name, value in given.items() if value)
    return f"CREATE SECRET lake (TYPE s3, {terms})"
