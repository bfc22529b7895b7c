"""What the platform knows of an applicant for one item: through the gate, with its purpose."""

from collections.abc import Mapping
from datetime import datetime

from tongban.base.people.models import User
from tongban.business.items import guide as guides
from tongban.business.items.contents import once_each
from tongban.business.items.models import ItemVersion
from tongban.data.exchange import gate
from tongban.data.exchange.gate import Fact
from tongban.engines import forms
from tongban.engines.forms import Form, Known


def facts_for(version: ItemVersion, user: User, at: datetime) -> Mapping[str, Fact]:
    """Every fact that the item uses; one audited read in the name of the item's office."""
    guide = guides.of(version)
    use = f"item:{version.item.code}"
    reader = gate.Reader(
        actor=str(user.pk), post=use, office=guide.item.office, subject_id=user.subject_id
    )
    return gate.read_facts(
        reader=reader,
        use=use,
        subject_id=user.subject_id,
        keys=guide.facts.used,
        at=at,
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
