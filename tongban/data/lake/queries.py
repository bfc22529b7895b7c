"""What the lake holds and how it got there; no rows of data."""

from tongban.data.lake import contract as contracts
from tongban.data.lake.contract import Contract
from tongban.data.lake.models import CurrentEdition, Edition, Load, QuarantinedRow, Resource
from tongban.errors import Refusal


class UnknownResource(Refusal):
    """There is no resource {code}; `tongban load` brings contracts in."""

    zh = "没有数据资源 {code}，请先用 tongban load 装载契约。"


def current_edition() -> Edition | None:
    """What readers see; one query."""
    row = CurrentEdition.objects.select_related("edition").first()
    return row.edition if row else None


def tables_of(edition: Edition) -> dict[str, int]:
    """Every table of the edition with its version."""
    return dict(edition.tables.values_list("table", "version"))


def resource(code: str) -> Resource:
    found = Resource.objects.select_related("owner").filter(code=code).first()
    if found is None:
        raise UnknownResource(code=code)
    return found


def live_contract(found: Resource) -> Contract:
    return contracts.from_content(found.content, f"{found.code} v{found.version}")


def last_load(found: Resource) -> Load | None:
    return found.loads.filter(status=Load.Status.DONE).order_by("-pk").first()


def open_rows(found: Resource):
    """Rows in quarantine that wait for the office, oldest first."""
    return found.quarantined.filter(status=QuarantinedRow.Status.OPEN).order_by("pk")


def edition(number: int) -> Edition | None:
    return Edition.objects.filter(number=number).first()


def editions():
    """Newest first."""
    return Edition.objects.select_related("based_on").order_by("-number")


def resources():
    return Resource.objects.select_related("owner").order_by("code")
