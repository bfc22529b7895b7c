"""Icons of the sprite that the front-end build collects."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


def icon(name: str, label: str = "") -> str:
    """An icon of the sprite; without a label it is hidden from screen readers."""
    kind = "tb-icon is-filled" if name.endswith("-filled") else "tb-icon"
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    drawn = format_html(
        '<svg class="{}" {}><use href="{}#{}"/></svg>',
        kind,
        SafeString(spoken),
        static("ui/dist/icons.svg"),
        name,
    )
    return SafeString(drawn)
