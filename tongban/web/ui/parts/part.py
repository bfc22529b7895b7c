"""A part of a page: plain values and the template that draws them."""

from typing import ClassVar

from django.template.loader import get_template
from django.utils.safestring import SafeString


class Part:
    """`{% part it %}` draws it; its template sees it as `it`."""

    __slots__ = ()
    template: ClassVar[str]

    def draw(self) -> SafeString:
        return SafeString(get_template(self.template).render({"it": self}))
