"""What the drawing in the browser is told: where the file is, and every word that it shows."""

from typing import Any

from tongban.business.items import sheets
from tongban.business.items.bundle import Bundle
from tongban.web.ui.origins import told
from tongban.web.workbench.decisions import toolkit


def shown(bundle: Bundle, url: str) -> dict[str, Any]:
    return {"url": url, "words": toolkit.words(), "labels": _labels(bundle)}


def edited(url: str) -> dict[str, Any]:
    """Whoever edits sees the names that the texts of the rules use."""
    return {"url": url, "words": toolkit.words(), "labels": {}}


def _labels(bundle: Bundle) -> dict[str, str]:
    return {id_: told(label) for id_, label in sheets.drawn(bundle)}
