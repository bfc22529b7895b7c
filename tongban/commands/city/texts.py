"""A file of the folder as text, or why it is none."""

from pathlib import Path

from tongban.errors import Refusal


class FileIsMissing(Refusal):
    """the file is missing"""

    zh = "缺少这个文件"


class NotUtf8(Refusal):
    """line {line} is not UTF-8; save it as UTF-8"""

    zh = "第 {line} 行不是 UTF-8，请另存为 UTF-8"


def read_text(path: Path) -> str:
    """With \\n at the end of every line. Raises FileIsMissing or NotUtf8."""
    if not path.is_file():
        raise FileIsMissing
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8(line=content.count(b"\n", 0, error.start) + 1) from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
