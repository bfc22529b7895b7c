"""A certificate as a card."""

from dataclasses import dataclass
from typing import ClassVar

import segno
from django.utils.safestring import SafeString

from tongban.web.ui.parts.part import Part

INK = "#23221e"


def qr(text: str) -> SafeString:
    """A QR code as an inline SVG without any style attribute."""
    code = segno.make(text, error="m", micro=False)
    return SafeString(
        code.svg_inline(border=1, omitsize=True, dark=INK, svgclass=None, lineclass=None)
    )


@dataclass(frozen=True, slots=True)
class Certificate(Part):
    """Serif on paper, with seal, identifier in full, and a QR code where `verify_url` is given.

    `void` says why it is no longer valid (已注销) and is printed across the card. Seals are always
    Chinese, whatever the language of the page.
    """

    template: ClassVar[str] = "ui/parts/certificate.html"
    title: str
    rows: tuple[tuple[str, str], ...]
    identifier: str
    seal: str
    seal_caption: str = ""
    verify_url: str = ""
    void: str = ""
    ARC: ClassVar[int] = 112  # usable length of the half circle that carries the office's name

    @property
    def qr(self) -> SafeString:
        return qr(self.verify_url)

    @property
    def seal_size(self) -> float:
        """Long names of offices get smaller letters, so that they stay on the arc."""
        return round(min(13.0, self.ARC / len(self.seal)), 1)

    @property
    def seal_spacing(self) -> float:
        """Short names are spread."""
        return round(min(4.0, self.ARC / len(self.seal) - self.seal_size), 1)
