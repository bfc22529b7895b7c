"""What may stand in an audit row. Refused here, where PostgreSQL would refuse later or never."""

import re

from stdnum.iso7064 import mod_11_2

from tongban.base.audit import chain
from tongban.base.audit.models import MOST_SUBJECTS, Event

_BORN = r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY_NUMBER = re.compile(
    rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{_BORN}\d{{3}}[\dXx](?![0-9A-Za-z])", re.ASCII
)


class NotRecordable(ValueError):
    """What was handed to the audit log cannot stand there."""


def checked_text(event: Event) -> str:
    """The canonical text of an event. Raises NotRecordable; never repeats the content itself."""
    if event.at.tzinfo is None:
        raise NotRecordable(f"{event.kind}: the time has no time zone")
    if len(event.subjects) > MOST_SUBJECTS:
        raise NotRecordable(
            f"{event.kind}: {len(event.subjects)} subjects; above {MOST_SUBJECTS} give the query"
        )
    if event.rows and not event.subjects and not event.query:
        raise NotRecordable(f"{event.kind}: a read of rows must give its subjects or its query")
    if not _plain(event.details):
        raise NotRecordable(
            f"{event.kind}: details hold text, whole numbers, true, false, null, lists, objects"
        )
    values = {name: getattr(event, name) for name in chain.PROVEN}
    values["at"] = chain.microseconds(event.at)
    text = chain.event_text(values.values())
    if any(mod_11_2.is_valid(number.upper()) for number in _IDENTITY_NUMBER.findall(text)):
        raise NotRecordable(f"{event.kind}: an identity number; give the subject's id instead")
    return text


def _plain(value: object) -> bool:
    """Whether JSONB gives back exactly this; a float may come back as another number."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(inner) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return all(_plain(inner) for inner in value)
    return value is None or isinstance(value, str | int)
