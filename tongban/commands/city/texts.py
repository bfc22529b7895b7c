"""A file of the folder as text, or why it is none."""

from pathlib import Path

from tongban.errors import Refusal


class FileIsMissing(Refusal):
    """the file is missing"""

    zh = "缺少这个文件"


class NotUtf8(Refusal):
    """line {line} is not UTF-8; save it as UTF-8"""

    zh = "第 {line} 行不是 UTF-8，请另存为 UTF-8"


class HoldsNul(Refusal):
    """line {line} holds a NUL character; save it as text"""

    zh = "第 {line} 行含有 NUL 字符，请另存为文本"


def read_text(path: Path) -> str:
    """With \\n at the end of every line. Raises FileIsMissing, NotUtf8 or HoldsNul."""
    if not path.is_file():
        raise FileIsMissing
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8(line=content.count(b"\n", 0, error.start) + 1) from error
    if "\0" in text:
        raise HoldsNul(line=text.count("\n", 0, text.index("\0")) + 1)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
