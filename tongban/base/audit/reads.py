"""The query of a bulk read: kept sealed, so that it can be run again for one person years later."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from tongban.base.audit.chain import PURPOSE
from tongban.base.audit.models import Event


@dataclass(frozen=True)
class Query:
    """Canonical text and parameters; either may hold personal data, neither is stored in clear."""

    text: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps([self.text, dict(self.parameters)], ensure_ascii=False, sort_keys=True)

    def sealed(self) -> bytes:
        return settings.VAULT.seal(self.to_json().encode(), PURPOSE)

    def digest(self) -> bytes:
        """Equal for equal queries, so that a nightly delivery is asked about once per edition."""
        return settings.VAULT.digest(f"query {self.to_json()}", PURPOSE)


def query_of(event: Event) -> Query:
    text, parameters = json.loads(settings.VAULT.open(bytes(event.query or b""), PURPOSE))
    return Query(text, parameters)
