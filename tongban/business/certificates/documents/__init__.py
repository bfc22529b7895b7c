"""A certificate as a PDF."""

import io
import json
from functools import cache
from pathlib import Path
from threading import Lock

import manimgx_fonts_cjk
import segno
import typst
from django.utils import timezone

from tongban.business.certificates import queries
from tongban.business.certificates.models import Certificate

HERE = Path(__file__).parent
FONTS = Path(manimgx_fonts_cjk.__file__).parent
ALONE = Lock()  # a compiler that is lent to a second thread raises "Already borrowed"


def pdf(certificate: Certificate, verify_url: str) -> bytes:
    """`verify_url` goes into the QR code."""
    lines = [
        *queries.content(certificate).items(),
        ("有效期限", f"{certificate.valid_from} 至 {certificate.valid_until}"),
        ("签发日期", f"{timezone.localtime(certificate.issued_at):%Y-%m-%d}"),
        ("证照编号", certificate.number),
    ]
    card = {
        "issuer": certificate.office.name_zh,
        "name": certificate.name_zh,
        "name_en": certificate.name_en,
        "lines": lines,
        "identifier": certificate.identifier,
        "seal": certificate.office.short_zh + "\n电子专用章",
        "code": _qr(verify_url),
    }
    content = json.dumps(card, ensure_ascii=False)
    with ALONE:
        made = _compiler().compile(format="pdf", sys_inputs={"card": content})
    assert isinstance(made, bytes)  # one file, as no folder was named
    return made


def _qr(text: str) -> str:
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=4, border=0, dark="#10272B")
    return out.getvalue().decode()


@cache
def _compiler() -> typst.Compiler:
    """Reading the fonts takes a tenth of a second, so it is done once."""
    return typst.Compiler(
        str(HERE / "certificate.typ"),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"card": "{}"},
    )
