"""A case: one application by one applicant for one service item, and all that happens to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.base.people.models import Office
from tongban.business.cases.message_models import CaseMessage
from tongban.business.cases.migration_models import CaseMigration, MigratedCase
from tongban.business.cases.outside_models import (
    OutsideCall,
    OutsideFinding,
    OutsideMessage,
    OutsideService,
)
from tongban.business.cases.package_models import PackageCase, PackageDraft
from tongban.business.cases.process_models import ProcessHead, ProcessRow
from tongban.business.cases.simulation_models import SimulatedCase, Simulation
from tongban.business.cases.verb_models import Correction, Extension, Revocation, Suspension
from tongban.business.items.models import ItemVersion

__all__ = [
    "Attachment",
    "Case",
    "CaseEvent",
    "CaseMessage",
    "CaseMigration",
    "Correction",
    "Decision",
    "Draft",
    "Evidence",
    "Extension",
    "MigratedCase",
    "Objection",
    "OutsideCall",
    "OutsideFinding",
    "OutsideMessage",
    "OutsideService",
    "PackageCase",
    "PackageDraft",
    "ProcessHead",
    "ProcessRow",
    "Requirement",
    "Revocation",
    "SimulatedCase",
    "Simulation",
    "Suspension",
    "WorkItem",
]


PURPOSE = "case"  # what an applicant is called is sealed for it


class CaseQuerySet(models.QuerySet):
    def running(self):
        """Submitted and not finished."""
        return self.filter(status=Case.Status.RUNNING)

    def real(self):
        """Without those of a simulation."""
        return self.filter(~models.Exists(SimulatedCase.objects.filter(case=models.OuterRef("pk"))))

    def of_applicant(self, subject_id: str):
        return self.filter(applicant_id=subject_id)


class Case(models.Model):
    class Status(models.TextChoices):
        RUNNING = "running", _("办理中")
        GRANTED = "granted", _("准予")
        REFUSED = "refused", _("不予")
        WITHDRAWN = "withdrawn", _("已撤回")
        REVOKED = "revoked", _("决定已撤销")

    TRANSITIONS = {
        Status.RUNNING: {Status.GRANTED, Status.REFUSED, Status.WITHDRAWN},
        Status.GRANTED: {Status.REVOKED},
        Status.REFUSED: {Status.REVOKED},
        Status.WITHDRAWN: set(),
        Status.REVOKED: set(),
    }

    class Channel(models.TextChoices):
        WEB = "web", _("电脑端网上")
        PHONE = "phone", _("移动端")
        COUNTER = "counter", _("窗口")

    number = models.CharField(_("办件编号"), max_length=32, unique=True)
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="cases")
    office = models.ForeignKey(Office, models.PROTECT, related_name="cases")
    applicant_id = models.CharField(_("申请人主体标识"), max_length=32)
    applicant_sealed = models.BinaryField(_("申请人称呼（密文）"))
    channel = models.CharField(_("申请渠道"), max_length=8, choices=Channel)
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.RUNNING)
    submitted_at = models.DateTimeField(_("提交时间"))
    accepted_at = models.DateTimeField(_("受理时间"), null=True)
    finished_at = models.DateTimeField(_("办结时间"), null=True)
    promised_on = models.DateField(_("承诺办结日期"))
    statutory_on = models.DateField(_("法定办结日期"))
    due_is_provisional = models.BooleanField(_("期限为暂定"))
    answers_sealed = models.BinaryField(_("申请内容（密文）"))
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("代办人"),
    )  # who handed it in for the applicant; None: the applicant himself
    automatic = models.BooleanField(_("全程自动"), default=False)
    package = models.ForeignKey(
        PackageCase,
        models.PROTECT,
        null=True,
        related_name="cases",
        verbose_name=_("所属一件事"),
    )

    PERSONAL = frozenset({"applicant_id", "applicant_sealed", "answers_sealed", "acted_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "number", "version", "office", "channel", "status", "submitted_at"),
            *("accepted_at", "finished_at", "promised_on", "statutory_on"),
            *("due_is_provisional", "automatic", "package"),
        }
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("办件")
        indexes = [
            models.Index(fields=["applicant_id", "-submitted_at"], name="case_by_applicant"),
            models.Index(fields=["office", "status", "promised_on"], name="case_by_office"),
            models.Index(fields=["office", "-submitted_at", "-id"], name="case_by_office_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="case_finished_with_time",
                condition=Q(status="running", finished_at__isnull=True)
                | Q(~Q(status="running"), finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_accepted_before_finished",
                condition=Q(finished_at__isnull=True)
                | Q(status="withdrawn")
                | Q(accepted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Draft(models.Model):
    """What an applicant has answered so far."""

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="drafts")
    applicant_id = models.CharField(_("申请人主体标识"), max_length=32)
    answers_sealed = models.BinaryField(_("已填内容（密文）"))
    saved_at = models.DateTimeField(_("保存时间"))

    PERSONAL = frozenset({"applicant_id", "answers_sealed"})
    NOT_PERSONAL = frozenset({"id", "version", "saved_at"})

    class Meta:
        verbose_name = _("草稿")
        constraints = [
            models.UniqueConstraint(fields=["version", "applicant_id"], name="one_draft_each")
        ]

    def __str__(self) -> str:
        return f"{self.version} draft"


class Evidence(models.Model):
    """A fact as it was when the case read it: the provenance of a decision."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    fact = models.CharField(_("事实代码"), max_length=64)
    label_zh = models.CharField(_("中文名称"), max_length=64)
    label_en = models.CharField(_("英文名称"), max_length=64)
    known = models.BooleanField(_("是否已知"))
    value_sealed = models.BinaryField(_("值（密文）"))
    grade = models.PositiveSmallIntegerField(_("级别"))
    source = models.CharField(_("来源资源"), max_length=32)
    office_zh = models.CharField(_("来源部门（中文）"), max_length=64)
    office_en = models.CharField(_("来源部门（英文）"), max_length=64)
    resource_zh = models.CharField(_("来源数据（中文）"), max_length=128)
    resource_en = models.CharField(_("来源数据（英文）"), max_length=128)
    as_of = models.DateTimeField(_("数据时间"), null=True)
    row = models.CharField(_("来源行"), max_length=128, blank=True)
    edition = models.PositiveIntegerField(_("数据版次"))
    disputed = models.BooleanField(_("申请人有异议"), default=False)

    PERSONAL = frozenset({"value_sealed", "row"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "case", "fact", "label_zh", "label_en", "known", "grade", "source"),
            *("office_zh", "office_en", "resource_zh", "resource_en", "as_of", "edition"),
            "disputed",
        }
    )

    class Meta:
        verbose_name = _("依据")
        constraints = [models.UniqueConstraint(fields=["case", "fact"], name="evidence_once")]

    def __str__(self) -> str:
        return f"{self.case.number} {self.fact}"

    @property
    def label(self) -> str:
        return self.label_zh if _chinese() else self.label_en


class Objection(models.Model):
    """What the applicant says is wrong with a fact, until the office that holds it has answered."""

    class Status(models.TextChoices):
        OPEN = "open", _("待核实")
        UPHELD = "upheld", _("属实")
        REJECTED = "rejected", _("与来源一致")

    evidence = models.OneToOneField(Evidence, models.CASCADE, related_name="objection")
    office = models.ForeignKey(Office, models.PROTECT, related_name="objections")
    words_sealed = models.BinaryField(_("异议内容（密文）"))
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.OPEN)
    raised_at = models.DateTimeField(_("提出时间"))
    due_on = models.DateField(_("答复期限"))
    due_is_provisional = models.BooleanField(_("期限为暂定"))
    answer_sealed = models.BinaryField(_("答复（密文）"), null=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    PERSONAL = frozenset({"words_sealed", "answer_sealed", "answered_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "evidence", "office", "status", "raised_at", "due_on"),
            *("due_is_provisional", "answered_at"),
        }
    )

    class Meta:
        verbose_name = _("异议")
        constraints = [
            models.CheckConstraint(
                name="objection_answered_whole",
                condition=Q(
                    status="open",
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                    answer_sealed__isnull=True,
                )
                | Q(
                    ~Q(status="open"),
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    answer_sealed__isnull=False,
                ),
            )
        ]
        indexes = [models.Index(fields=["office", "status", "due_on"], name="objection_to_answer")]

    def __str__(self) -> str:
        return f"{self.evidence} objection"


class Attachment(models.Model):
    """A file that the applicant handed in, sealed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    field = models.CharField(_("表单项"), max_length=64)
    material = models.CharField(_("材料代码"), max_length=64, blank=True)
    name = models.CharField(_("文件名"), max_length=200)
    media_type = models.CharField(_("文件类型"), max_length=64)
    size = models.PositiveIntegerField(_("字节数"))
    content_sealed = models.BinaryField(_("内容（密文）"))
    correction = models.ForeignKey(
        Correction, models.PROTECT, null=True, related_name="attachments"
    )  # None: it came with the application

    PERSONAL = frozenset({"name", "content_sealed"})
    NOT_PERSONAL = frozenset(
        {"id", "case", "field", "material", "media_type", "size", "correction"}
    )

    class Meta:
        verbose_name = _("附件")

    def __str__(self) -> str:
        return f"{self.case.number} {self.field}"


class Requirement(models.Model):
    """A material the item asks for, and what stands in for it (免证办)."""

    class Proof(models.TextChoices):
        FACTS = "facts", _("数据证明")
        APPLICANT = "applicant", _("申请人提供")
        OFFICER = "officer", _("工作人员认可")
        OPEN = "open", _("尚未证明")

    case = models.ForeignKey(Case, models.PROTECT, related_name="requirements")
    material = models.CharField(_("材料代码"), max_length=64)
    name_zh = models.CharField(_("中文名称"), max_length=128)
    name_en = models.CharField(_("英文名称"), max_length=128)
    proof = models.CharField(_("证明方式"), max_length=12, choices=Proof)
    facts = models.JSONField(_("所用事实"), default=list)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "case", "material", "name_zh", "name_en", "proof", "facts"})

    class Meta:
        verbose_name = _("材料要求")
        constraints = [
            models.UniqueConstraint(fields=["case", "material"], name="requirement_once")
        ]

    def __str__(self) -> str:
        return f"{self.case.number} {self.material}"

    @property
    def name(self) -> str:
        return self.name_zh if _chinese() else self.name_en


class Decision(models.Model):
    """One evaluation of one decision: version, inputs, outcome, reasons in words."""

    class Result(models.TextChoices):
        TRUE = "true", _("符合")
        FALSE = "false", _("不符合")
        UNKNOWN = "unknown", _("未能判定")

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    decision = models.CharField(_("决策"), max_length=128)
    decision_version = models.CharField(_("决策版本"), max_length=64)
    edition = models.PositiveIntegerField(_("数据版次"))
    result = models.CharField(_("结果"), max_length=8, choices=Result)
    missing = models.JSONField(_("缺少的事实"), default=list)
    reasons_sealed = models.BinaryField(_("理由（密文）"))
    trace_sealed = models.BinaryField(_("判定过程（密文）"))
    decided_at = models.DateTimeField(_("判定时间"))
    decided_by = models.CharField(_("判定人"), max_length=64)
    words_sealed = models.BinaryField(_("工作人员理由（密文）"), null=True)

    PERSONAL = frozenset({"reasons_sealed", "trace_sealed", "decided_by", "words_sealed"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "case", "decision", "decision_version", "edition", "result"),
            *("missing", "decided_at"),
        }
    )

    class Meta:
        verbose_name = _("判定")

    def __str__(self) -> str:
        return f"{self.case.number}: {self.result}"


class WorkItem(models.Model):
    """A step that waits for a person (待办). One that was handed to an `assignee` is his alone; a
    signer's stands `beside` the task that it was added to."""

    class Status(models.TextChoices):
        OPEN = "open", _("待办")
        DONE = "done", _("已办")
        CANCELLED = "cancelled", _("已取消")
        SKIPPED = "skipped", _("已跳过")

    case = models.ForeignKey(Case, models.PROTECT, related_name="work_items")
    task = models.PositiveIntegerField(_("流程任务号"))
    node = models.CharField(_("流程节点"), max_length=128)
    name_zh = models.CharField(_("中文名称"), max_length=128)
    name_en = models.CharField(_("英文名称"), max_length=128)
    office = models.ForeignKey(Office, models.PROTECT, related_name="work_items")
    post = models.CharField(_("岗位"), max_length=16)
    form = models.CharField(_("表单"), max_length=128, blank=True)
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField(_("到达时间"))
    closed_at = models.DateTimeField(_("办理时间"), null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="assigned_work"
    )
    beside = models.PositiveIntegerField(_("所会签的流程任务号"), null=True)
    limit_days = models.PositiveSmallIntegerField(_("本步骤时限"), null=True)
    limit_unit = models.CharField(_("时限单位"), max_length=8, blank=True)
    due_on = models.DateField(_("本步骤期限"), null=True)
    due_is_provisional = models.BooleanField(_("期限为暂定"), default=False)

    PERSONAL = frozenset({"done_by", "assignee"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "case", "task", "node", "name_zh", "name_en", "office", "post", "form"),
            *("status", "opened_at", "closed_at", "beside", "limit_days", "limit_unit"),
            *("due_on", "due_is_provisional"),
        }
    )

    class Meta:
        verbose_name = _("待办事项")
        constraints = [
            models.UniqueConstraint(fields=["case", "task"], name="work_item_once"),
            models.CheckConstraint(
                name="work_item_done_by_somebody",
                condition=~Q(status__in=["done", "skipped"]) | Q(done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="work_item_closed_with_time",
                condition=Q(status="open", closed_at__isnull=True)
                | Q(~Q(status="open"), closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="work_item_due_with_limit",
                condition=Q(limit_days__isnull=True, limit_unit="", due_on__isnull=True)
                | Q(
                    limit_days__isnull=False,
                    limit_unit__in=["working", "calendar"],
                    due_on__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["office", "post", "status"], name="work_item_to_do")]

    def __str__(self) -> str:
        return f"{self.case.number} {self.node}"

    @property
    def name(self) -> str:
        return self.name_zh if _chinese() else self.name_en


class CaseEvent(models.Model):
    """The log of cases with the names of XES (docs/adr/0005). Rows are added, never changed.

    What concerns the case as a whole has an activity that begins with "tb:", which no node of a
    process can be called. `receiver` is the account that work was handed to.
    """

    class Transition(models.TextChoices):
        SCHEDULE = "schedule", _("安排")
        ASSIGN = "assign", _("交办")
        REASSIGN = "reassign", _("转交")
        START = "start", _("开始")
        SUSPEND = "suspend", _("停止计时")
        RESUME = "resume", _("恢复计时")
        COMPLETE = "complete", _("完成")
        SKIP = "manualskip", _("跳过")
        WITHDRAW = "withdraw", _("撤回")
        SEND_BACK = "ate_abort", _("退回")
        CALL_OFF = "pi_abort", _("终止办件")

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    activity = models.CharField(_("活动"), max_length=128)
    activity_zh = models.CharField(_("活动（中文）"), max_length=128)
    activity_en = models.CharField(_("活动（英文）"), max_length=128)
    instance = models.CharField(_("活动实例"), max_length=64, blank=True)
    transition = models.CharField(_("变迁"), max_length=12, choices=Transition)
    at = models.DateTimeField(_("时间"))
    resource = models.CharField(_("操作账号"), max_length=64, blank=True)
    role = models.CharField(_("岗位"), max_length=16, blank=True)
    office = models.CharField(_("部门"), max_length=8, blank=True)
    receiver = models.CharField(_("接收账号"), max_length=64, blank=True)
    details = models.JSONField(_("其他属性"), default=dict)
    words_sealed = models.BinaryField(_("说明（密文）"), null=True)

    PERSONAL = frozenset({"resource", "receiver", "words_sealed"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "case", "activity", "activity_zh", "activity_en", "instance"),
            *("transition", "at", "role", "office", "details"),
        }
    )

    class Meta:
        verbose_name = _("办件事件")
        indexes = [models.Index(fields=["case", "id"], name="event_by_case")]

    def __str__(self) -> str:
        return f"{self.case.number} {self.activity} {self.transition}"

    @property
    def words(self) -> str:
        return self.activity_zh if _chinese() else self.activity_en


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
