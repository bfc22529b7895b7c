"""What the platform knows of an applicant for one item: through the gate, with its purpose."""

from collections.abc import Mapping
from datetime import datetime

from tongban.base.people.models import User
from tongban.business.cases import simulated
from tongban.business.cases.acting import Party
from tongban.business.items import guide as guides
from tongban.business.items.contents import once_each
from tongban.business.items.models import ItemVersion
from tongban.data.exchange import gate
from tongban.data.exchange.gate import Fact
from tongban.engines import forms
from tongban.engines.forms import Form, Known


def facts_for(
    version: ItemVersion, user: User, at: datetime, about: Party | None = None
) -> Mapping[str, Fact]:
    """Every fact that the item uses; one audited read in the name of the item's office. Without
    `about` they are the user's own."""
    handed = simulated.handed()
    if handed is not None:
        return handed
    subject_id = about.subject_id if about else user.subject_id
    return _read(version, "item", user, subject_id, at)


def facts_to_simulate(
    version: ItemVersion, simulator: User, subject_id: str, at: datetime
) -> Mapping[str, Fact]:
    """The same for a simulation: a use of its own, so that it is told apart in the log and takes
    nothing of what the item itself may ask for."""
    return _read(version, "simulate", simulator, subject_id, at)


def _read(
    version: ItemVersion, what_for: str, user: User, subject_id: str, at: datetime
) -> Mapping[str, Fact]:
    guide = guides.of(version)
    use = f"{what_for}:{version.item.code}"
    reader = gate.Reader(
        actor=str(user.pk), post=use, office=guide.item.office, subject_id=subject_id
    )
    return gate.read_facts(
        reader=reader, use=use, subject_id=subject_id, keys=guide.facts.used, at=at
    )


def known(facts: Mapping[str, Fact]) -> dict[str, Known]:
    """Facts as a form takes them: the unknown ones are left out."""
    return {
        key: Known(
            fact.value,
            {
                "source": fact.source,
                "office_zh": fact.office_zh,
                "office_en": fact.office_en,
                "resource_zh": fact.resource_zh,
                "resource_en": fact.resource_en,
                "as_of": fact.as_of.isoformat() if fact.as_of else "",
            },
            fact.grade,
        )
        for key, fact in facts.items()
        if fact.is_known
    }


@once_each
def form_of(version: ItemVersion) -> Form:
    return forms.load(version.form)
