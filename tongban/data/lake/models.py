"""What the lake holds: keys, resources, loads, quarantined rows, editions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.base.people.models import Office


class DataKey(models.Model):
    """The key of one staged run's files; destroyed, they are unreadable (docs/adr/0001)."""

    key_id = models.CharField(_("密钥编号"), max_length=64, primary_key=True)
    table = models.CharField(_("数据表"), max_length=128)
    run = models.CharField(_("写入批次"), max_length=64)
    wrapped = models.BinaryField(_("加密后的密钥"), null=True)
    created_at = models.DateTimeField(_("生成时间"))
    destroyed_at = models.DateTimeField(_("销毁时间"), null=True)
    reason = models.CharField(_("销毁依据"), max_length=200, blank=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {"key_id", "table", "run", "wrapped", "created_at", "destroyed_at", "reason"}
    )

    class Meta:
        verbose_name = _("数据密钥")
        constraints = [
            models.CheckConstraint(
                name="key_gone_when_destroyed",
                condition=Q(destroyed_at__isnull=True, wrapped__isnull=False)
                | Q(destroyed_at__isnull=False, wrapped__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.key_id


class Resource(models.Model):
    """A dataset under contract; `content` is the live version."""

    code = models.CharField(_("资源代码"), max_length=32, unique=True)
    owner = models.ForeignKey(Office, models.PROTECT, related_name="resources")
    table = models.CharField(_("数据表"), max_length=128, unique=True)
    version = models.PositiveIntegerField(_("版本"))
    content = models.JSONField(_("契约内容"))
    content_hash = models.CharField(_("内容摘要"), max_length=64)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "code", "owner", "table", "version", "content", "content_hash"})

    class Meta:
        verbose_name = _("数据资源")

    def __str__(self) -> str:
        return f"{self.code} {self.content['resource']['name']['zh']}"

    @property
    def name(self) -> str:
        return self.content["resource"]["name"][_language()]


class ContractVersion(models.Model):
    """Every version a contract ever had."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("版本"))
    content = models.JSONField(_("契约内容"))
    content_hash = models.CharField(_("内容摘要"), max_length=64)
    made_at = models.DateTimeField(_("生成时间"))
    made_by = models.CharField(_("生成人"), max_length=64)

    PERSONAL = frozenset({"made_by"})
    NOT_PERSONAL = frozenset({"id", "resource", "version", "content", "content_hash", "made_at"})

    class Meta:
        verbose_name = _("契约版本")
        constraints = [
            models.UniqueConstraint(fields=["resource", "version"], name="contract_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.resource.code} v{self.version}"


class Edition(models.Model):
    """One consistent state of the whole lake: every table at one version (docs/adr/0002).

    One that `feeds` another shows the tables and facts of that one, and newer versions of the few
    tables that it names itself (docs/adr/0016). Any other names all of its tables.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("编制中")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤回")
        FAILED = "failed", _("未通过")

    number = models.PositiveIntegerField(_("版次"), unique=True)
    status = models.CharField(_("状态"), max_length=16, choices=Status, default=Status.DRAFT)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    feeds = models.ForeignKey("self", models.PROTECT, null=True, related_name="fed")
    # the edition whose rows of the online store are this one's; null: it has its own
    facts_of = models.PositiveIntegerField(_("沿用其事实的版次"), null=True)
    opened_at = models.DateTimeField(_("开始时间"))
    opened_by = models.CharField(_("开始人"), max_length=64)
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    reason = models.TextField(_("说明"), blank=True)

    PERSONAL = frozenset({"opened_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "number", "status", "based_on", "feeds", "facts_of"),
            *("opened_at", "closed_at", "reason"),
        }
    )

    class Meta:
        verbose_name = _("数据版次")

    def __str__(self) -> str:
        return str(self.number)

    @property
    def run(self) -> "Edition":
        """The edition that this one feeds, or itself."""
        return self.feeds or self

    @property
    def facts_number(self) -> int:
        """Under which number its facts stand in the online store."""
        return self.run.facts_of or self.run.number


class EditionTable(models.Model):
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="tables")
    table = models.CharField(_("数据表"), max_length=128)
    version = models.PositiveBigIntegerField(_("表版本"))
    # of a fed table: what its feed has to know to hand in what this version does not hold yet
    mark = models.JSONField(_("已取到之处"), null=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "edition", "table", "version", "mark"})

    class Meta:
        verbose_name = _("版次内的表")
        constraints = [
            models.UniqueConstraint(fields=["edition", "table"], name="edition_table_once")
        ]

    def __str__(self) -> str:
        return f"{self.table}@{self.version}"


class CurrentEdition(models.Model):
    """The one row that says which edition readers see."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "edition"})

    class Meta:
        verbose_name = _("现行版次")
        constraints = [models.CheckConstraint(name="one_current_edition", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.edition)


class DefinitionsStamp(models.Model):
    """The one row that changes whenever something does from which the gate prepares its reads.

    The database writes it by triggers (migrations of `exchange`), so no writer can forget to.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField(_("定义标记"))

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "stamp"})

    class Meta:
        verbose_name = _("定义标记")
        constraints = [models.CheckConstraint(name="one_definitions_stamp", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.stamp)


class Load(models.Model):
    """One reading of one source: what was read is kept or quarantined, and they add up."""

    class Status(models.TextChoices):
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="loads")
    contract_version = models.PositiveIntegerField(_("契约版本"))
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="loads")
    status = models.CharField(_("状态"), max_length=16, choices=Status)
    started_at = models.DateTimeField(_("开始时间"))
    rows_read = models.PositiveBigIntegerField(_("读取行数"), default=0)
    rows_kept = models.PositiveBigIntegerField(_("入库行数"), default=0)
    rows_quarantined = models.PositiveBigIntegerField(_("隔离行数"), default=0)
    columns_found = models.JSONField(_("来源列"), default=list)
    columns_new = models.JSONField(_("新增的列"), default=list)
    table_version = models.PositiveBigIntegerField(_("表版本"), null=True)
    message_zh = models.TextField(_("说明（中文）"), blank=True)
    message_en = models.TextField(_("说明（英文）"), blank=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {
            *("id", "resource", "contract_version", "edition", "status", "started_at"),
            *("rows_read", "rows_kept", "rows_quarantined", "columns_found", "columns_new"),
            *("table_version", "message_zh", "message_en"),
        }
    )

    class Meta:
        verbose_name = _("采集批次")
        indexes = [models.Index(fields=["resource", "-id"], name="load_newest_first")]
        constraints = [
            models.CheckConstraint(
                name="load_adds_up",
                condition=~Q(status="done") | Q(rows_read=F("rows_kept") + F("rows_quarantined")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource.code} #{self.pk}"

    @property
    def is_part(self) -> bool:
        """What was handed in since the last one; the source holds more than it read."""
        return self.edition.feeds is not None

    @property
    def message(self) -> str:
        return self.message_zh if _language() == "zh" else self.message_en


class QuarantinedRow(models.Model):
    """A row that was not let in: as it was written, where it stood, and the check it failed."""

    class Status(models.TextChoices):
        OPEN = "open", _("待更正")
        ACCEPTED = "accepted", _("已更正，等待入库")
        CORRECTED = "corrected", _("已更正并入库")
        SUPERSEDED = "superseded", _("来源已改")

    load = models.ForeignKey(Load, models.PROTECT, related_name="quarantined")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="quarantined")
    position = models.PositiveBigIntegerField(_("来源行号"))
    check_code = models.CharField(_("未通过的检查"), max_length=64)
    column = models.CharField(_("所在列"), max_length=63, blank=True)
    raw_sealed = models.BinaryField(_("原始内容（密文）"))
    raw_digest = models.BinaryField(_("原始内容摘要"))
    key_digest = models.BinaryField(_("主键摘要"), null=True)
    status = models.CharField(_("状态"), max_length=16, choices=Status, default=Status.OPEN)
    corrected_sealed = models.BinaryField(_("更正内容（密文）"), null=True)
    corrected_by = models.CharField(_("更正人"), max_length=64, blank=True)
    corrected_at = models.DateTimeField(_("更正时间"), null=True)

    PERSONAL = frozenset({"raw_sealed", "corrected_sealed", "corrected_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "load", "resource", "position", "check_code", "column", "status"),
            *("raw_digest", "key_digest", "corrected_at"),
        }
    )

    class Meta:
        verbose_name = _("隔离行")
        indexes = [
            models.Index(fields=["resource", "status", "id"], name="quarantine_by_resource"),
            models.Index(fields=["resource", "raw_digest"], name="quarantine_by_raw"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["load", "position"], name="quarantined_once"),
            models.CheckConstraint(
                name="corrected_with_by_and_at",
                condition=~Q(status__in=("accepted", "corrected"))
                | Q(corrected_sealed__isnull=False, corrected_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource.code} row {self.position}: {self.check_code}"


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
