"""The tags and filters of every template: `{% load tb %}`. The gallery shows each of them."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tongban import clock
from tongban.web.ui import masks, moments
from tongban.web.ui import parts as ui
from tongban.web.ui.parts import icons

register = template.Library()

register.filter("mask_name", masks.name)
register.filter("mask_id", masks.citizen_id)
register.filter("mask_phone", masks.phone)
register.filter("mask_account", masks.account)
register.filter("mask_address", masks.address)
register.filter("machine", moments.machine)
register.simple_tag(icons.icon, name="icon")


@register.filter
def when(moment: moments.Moment) -> str:
    """今天 02:00, else 9月22日."""
    return moments.when(moment, clock.now())


@register.filter
def day(moment: moments.Moment) -> str:
    """9 月 28 日（周一）."""
    return moments.day(moment, clock.now())


@register.filter
def stamp(moment: moments.Moment) -> str:
    """9-22 14:20."""
    return moments.stamp(moment, clock.now())


@register.filter
def number(count: int) -> str:
    return f"{count:,}"


@register.filter
def listed(words: Iterable[object]) -> str:
    """甲、乙 in Chinese; A, B in English."""
    return _("、").join(str(word) for word in words)


@register.filter
def control(field: BoundField) -> str:
    """The widget of a Django form's field, in our look. A placeholder is no label: left out."""
    kind = "form-select" if field.widget_type == "select" else "form-control"
    look = f"{kind} is-invalid" if field.errors else kind
    attributes: Any = {"class": look, "placeholder": False}
    return field.as_widget(attrs=attributes)


@register.simple_tag
def part(it: "ui.Part | str") -> str:
    """Draw a part; text is shown as text."""
    return it.draw() if isinstance(it, ui.Part) else conditional_escape(it)


@register.simple_tag
def lamp(colour: Any, words: str = "") -> str:
    """A lamp: none, blue, yellow, red, purple or paused, with its words."""
    return ui.Lamp(colour, words).draw()


@register.simple_tag
def tag(text: str, kind: Any = "", *, icon: str = "", href: str = "") -> str:
    """A state in words: ok, bad, unknown, teal, line or plain, with an icon."""
    return ui.Tag(text, kind, icon=icon, href=href).draw()


@register.simple_tag
def grade(level: Any) -> str:
    """L1 to L4."""
    return ui.Grade(level).draw()


@register.simple_tag
def qr(text: str) -> str:
    """A QR code."""
    return ui.qr(text)


@register.simple_block_tag
def note(content: SafeString, kind: str = "", title: str = "") -> str:
    """One sentence that matters: ok, unknown, bad, plain or an explanation; title in bold."""
    heading = format_html("<b>{}</b>", title) if title else ""
    look = f"tb-note {kind}".strip()
    return SafeString(format_html('<div class="{}">{}<div>{}</div></div>', look, heading, content))


@register.simple_block_tag
def nothing(content: SafeString, *, icon: str, title: str) -> str:
    """Nothing here: say that it is fine, and the nearest useful thing."""
    drawn = icons.icon(icon)
    return SafeString(
        format_html('<div class="tb-empty">{}<b>{}</b>{}</div>', drawn, title, content)
    )


@register.simple_block_tag
def requirement(content: SafeString, it: ui.Requirement) -> str:
    """A requirement with something below its proofs."""
    return get_template(it.template).render({"it": it, "content": content})


@register.inclusion_tag("ui/parts/skeleton.html")
def skeleton(words: str) -> dict[str, str]:
    """Loading: what is being asked of whom. Shown after one second inside an htmx indicator."""
    return {"words": words}


@register.inclusion_tag("ui/parts/chart.html")
def chart(id: str, option: dict[str, Any], label: str, size: str = "") -> dict[str, Any]:
    """A chart from an ECharts option; colours are named "token:c2". The page loads charts.js."""
    return {"id": id, "option": option, "label": label, "size": size}
