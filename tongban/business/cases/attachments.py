"""Files that applicants hand in: judged by their first bytes, kept sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from tongban.business.cases.models import Attachment, Case, Correction
from tongban.engines.forms import Form
from tongban.errors import Refusal

PURPOSE = "attachment"
MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10
KINDS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


class NotAFileWeTake(Refusal):
    """{name} is no PDF, JPEG or PNG; save it as one of these and hand it in again."""

    zh = "{name} 不是 PDF、JPEG 或 PNG 文件，请另存为其中一种再上传。"


class FileTooLarge(Refusal):
    """{name} is larger than {most} MB; make it smaller and hand it in again."""

    zh = "{name} 超过 {most} MB，请压缩后再上传。"


class TooManyFiles(Refusal):
    """At most {most} files can be handed in."""

    zh = "最多上传 {most} 个文件。"


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes


Uploads = Mapping[str, Sequence[Upload]]  # by the form's field


def check(uploads: Uploads) -> None:
    """Raises the refusal of the first file that is not taken."""
    if sum(map(len, uploads.values())) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    for upload in (one for files in uploads.values() for one in files):
        if len(upload.content) > MOST_BYTES:
            raise FileTooLarge(name=upload.name, most=MOST_BYTES // 1024 // 1024)
        if _media_type(upload) is None:
            raise NotAFileWeTake(name=upload.name)


def keep(case: Case, form: Form, uploads: Uploads, correction: Correction | None = None) -> None:
    """Files of the form's own questions, with the application or with a correction of it; they were
    checked before."""
    materials = {field.key: field.material or "" for field in form.fields}
    for key, files in uploads.items():
        for upload in files:
            Attachment.objects.create(
                case=case,
                field=key,
                material=materials[key],
                correction=correction,
                name=upload.name[-200:],
                media_type=_media_type(upload) or "",
                size=len(upload.content),
                content_sealed=settings.VAULT.seal(upload.content, PURPOSE),
            )


def content(attachment: Attachment) -> bytes:
    return settings.VAULT.open(bytes(attachment.content_sealed), PURPOSE)


def _media_type(upload: Upload) -> str | None:
    return next((kind for start, kind in KINDS.items() if upload.content.startswith(start)), None)
