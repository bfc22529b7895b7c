"""A fact's way: source row → checks → edition → register → rule → certificate → readers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongban.base.audit import queries as audit
from tongban.base.people import queries as people
from tongban.base.people.models import Post, User
from tongban.business.cases import queries as cases
from tongban.business.cases.models import Case, Evidence
from tongban.business.certificates import queries as certificates
from tongban.data.exchange import gate
from tongban.data.exchange import queries as exchange
from tongban.data.lake import queries as lake
from tongban.data.lake.models import Load
from tongban.data.pipelines import queries as pipelines
from tongban.data.registers import queries as registers
from tongban.errors import Refusal
from tongban.web.ui import origins
from tongban.web.workbench.words import number, stamp

Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class Stop:
    """One station of the way: a title, lines of label and words, and where to look further."""

    title: str
    lines: Lines
    url: str = ""


def of(evidence: Evidence, case: Case, user: User, at: datetime) -> list[Stop]:
    load = _load(evidence.row)
    stops = [_source(evidence, case, user, at)]
    if load is not None:
        stops.append(_checks(load))
    stops += [_edition(evidence), _register(evidence), _rule(evidence, case)]
    certificate = certificates.by_case(case.number)
    if certificate is not None:
        lines = [
            (_("证照标识"), certificate.identifier),
            (_("签发时间"), stamp(certificate.issued_at)),
        ]
        stops.append(Stop(_("证照"), lines))
    stops.append(_readers(evidence, case, at))
    return stops


def _load(row: str) -> Load | None:
    parts = row.split(":")
    if len(parts) != 3 or not parts[1].isdigit():
        return None
    return Load.objects.select_related("resource").filter(pk=int(parts[1])).first()


def _source(evidence: Evidence, case: Case, user: User, at: datetime) -> Stop:
    lines: Lines = [
        (_("来源"), f"{evidence.source} {evidence.row or '—'}"),
        (_("数据时间"), stamp(evidence.as_of) if evidence.as_of else "—"),
    ]
    try:
        cells = gate.source_cells(
            reader=_reader(user, case),
            use=f"review:{case.version.item.code}",
            subject_id=case.applicant_id,
            fact=evidence.fact,
            row=evidence.row,
            at=at,
        )
    except Refusal as refusal:
        return Stop(_("来源行"), [*lines, (_("原样"), refusal.told(get_language() or "zh"))])
    lines += [(column, value or "") for column, value in cells.items()]
    return Stop(_("来源行"), lines)


def _reader(user: User, case: Case) -> gate.Reader:
    """In the post that this account holds itself: at the case's office, who approves first."""
    posts = sorted(
        user.posts.select_related("office"),
        key=lambda post: (post.office_id != case.office_id, post.role != Post.Role.APPROVER),
    )
    return gate.Reader(str(user.pk), posts[0].role, posts[0].office.code, user.subject_id)


def _checks(load: Load) -> Stop:
    failing = load.results.filter(failed__gt=0).order_by("-failed")[:5]
    zh = origins.is_chinese()
    lines: Lines = [
        (
            _("对账"),
            _("读取 %(read)s，入库 %(kept)s，隔离 %(quarantined)s")
            % {
                "read": number(load.rows_read),
                "kept": number(load.rows_kept),
                "quarantined": number(load.rows_quarantined),
            },
        )
    ]
    lines += [(r.name_zh if zh else r.name_en, number(r.failed)) for r in failing]
    return Stop(_("检查"), lines, reverse("workbench:source", args=[load.resource.code]))


def _edition(evidence: Evidence) -> Stop:
    edition = lake.edition(evidence.edition)
    lines: Lines = [(_("版次"), str(evidence.edition))]
    if edition and edition.closed_at:
        lines.append((_("发布时间"), stamp(edition.closed_at)))
    return Stop(_("数据版次"), lines)


def _register(evidence: Evidence) -> Stop:
    definition = registers.definitions([evidence.fact])[evidence.fact]
    zh = origins.is_chinese()
    hops = pipelines.upstream(definition.model, definition.column)
    path = [f"{h.source}.{h.source_column} → {h.target}.{h.target_column}" for h in hops]
    lines: Lines = [
        (_("事实"), f"{definition.label} = {origins.evidence_words(evidence) or _('查不到')}"),
        (_("规则"), definition.rule_zh if zh else definition.rule_en),
        *((_("血缘"), hop) for hop in path),
    ]
    url = f"{reverse('workbench:lineage')}?column={definition.model}.{definition.column}"
    return Stop(_("基础库"), lines, url)


def _rule(evidence: Evidence, case: Case) -> Stop:
    language = get_language() or "zh"
    lines: Lines = []
    for decision in case.decisions.order_by("pk"):
        title = f"{decision.decision} · {decision.get_result_display()}"
        lines.append((title, _("规则版本 %s") % decision.decision_version[:12]))
        lines += [("", sentence) for sentence in cases.reasons(decision, language)]
    return Stop(_("判定与理由"), lines)


def _readers(evidence: Evidence, case: Case, at: datetime) -> Stop:
    offices, purposes = people.offices(), exchange.purposes()
    reads = audit.reads_of(
        case.applicant_id, since=at - timedelta(days=366), included=gate.was_included, limit=10
    )
    lines = [
        (
            stamp(read.at),
            f"{offices[read.office].short if read.office in offices else ''} "
            f"{purposes.get(read.purpose, read.purpose)}",
        )
        for read in reads
        if evidence.fact in read.facts
    ]
    return Stop(_("谁看过"), lines)
