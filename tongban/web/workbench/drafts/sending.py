"""What the page of a draft sends: a text or a file, what it was begun from, and why."""

from tongban.errors import Refusal
from tongban.web.ui.requests import AuthedRequest, typed

LONGEST_REASON = 500


class NoFile(Refusal):
    """Choose a {kind} file first."""

    zh = "请先选择一个 {kind} 文件。"


class NotText(Refusal):
    """{file} is not written in UTF-8: save it as UTF-8 and hand it in again."""

    zh = "{file} 不是 UTF-8 编码，请另存为 UTF-8 后重新上传。"


def handed_in(request: AuthedRequest, kind: str) -> str:
    """The text of the file, byte by byte; `kind` is its ending."""
    file = request.FILES.get("file")
    if file is None:
        raise NoFile(kind=kind)
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText(file=file.name) from error


def based_on(request: AuthedRequest) -> str:
    return request.POST.get("based_on", "")[:64]


def reason(request: AuthedRequest) -> str:
    return typed(request, "reason").strip()[:LONGEST_REASON]
