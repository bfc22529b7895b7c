"""People who use Tongban, the offices they work for, and the posts they hold there."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.base.people.mandate_models import Mandate

__all__ = ["City", "Mandate", "Office", "Post", "Region", "User"]


class City(models.Model):
    """The government that this platform serves; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name_zh = models.CharField(_("中文名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64)
    region_code = models.CharField(_("区划代码"), max_length=12)
    hotline = models.CharField(_("服务热线"), max_length=32, blank=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "name_zh", "name_en", "region_code", "hotline"})

    class Meta:
        verbose_name = _("城市")
        constraints = [models.CheckConstraint(name="one_city", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> str:
        return self.name_zh if _chinese() else self.name_en


class Region(models.Model):
    """An administrative division (GB/T 2260) with the days on which it exists."""

    code = models.CharField(_("区划代码"), max_length=12, unique=True)
    name_zh = models.CharField(_("中文名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64)
    level = models.CharField(_("层级"), max_length=16)
    parent_code = models.CharField(_("上级区划代码"), max_length=12, blank=True)
    valid_from = models.DateField(_("启用日期"), null=True)
    valid_until = models.DateField(_("停用日期"), null=True)
    successor_code = models.CharField(_("继任区划代码"), max_length=12, blank=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {
            *("id", "code", "name_zh", "name_en", "level", "parent_code"),
            *("valid_from", "valid_until", "successor_code"),
        }
    )

    class Meta:
        verbose_name = _("区划")

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class Office(models.Model):
    """A department (委办局) that holds data, offers items and decides cases."""

    code = models.CharField(_("部门代码"), max_length=8, unique=True)
    name_zh = models.CharField(_("中文名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=128)
    short_zh = models.CharField(_("中文简称"), max_length=16)
    short_en = models.CharField(_("英文简称"), max_length=64)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    region_code = models.CharField(_("区划代码"), max_length=12, blank=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {"id", "code", "name_zh", "name_en", "short_zh", "short_en", "uscc", "region_code"}
    )

    class Meta:
        verbose_name = _("部门")
        constraints = [
            models.UniqueConstraint(fields=["name_zh"], name="office_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def name(self) -> str:
        return self.name_zh if _chinese() else self.name_en

    @property
    def short(self) -> str:
        return self.short_zh if _chinese() else self.short_en


class User(AbstractUser):
    """An account. A citizen's account names its subject; a member of staff holds posts."""

    subject_id = models.CharField(_("主体标识"), max_length=32, blank=True)
    display_name = models.CharField(_("称呼"), max_length=64, blank=True)

    PERSONAL = frozenset(
        {
            *("username", "first_name", "last_name", "email", "password", "last_login"),
            *("display_name", "subject_id"),
        }
    )
    NOT_PERSONAL = frozenset({"id", "is_staff", "is_active", "is_superuser", "date_joined"})

    class Meta:
        verbose_name = _("账号")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"], condition=~Q(subject_id=""), name="account_per_subject_once"
            )
        ]


class Post(models.Model):
    """What an account may do, and for which office."""

    class Role(models.TextChoices):
        CLERK = "clerk", _("窗口人员")
        APPROVER = "approver", _("审批人员")
        LEAD = "lead", _("部门负责人")
        STEWARD = "steward", _("数据管理员")
        ITEM_MANAGER = "item_manager", _("事项管理员")
        SUPERVISOR = "supervisor", _("监督人员")
        SYSTEM_ADMIN = "system_admin", _("系统管理员")
        SECURITY_ADMIN = "security_admin", _("安全管理员")
        AUDIT_ADMIN = "audit_admin", _("审计管理员")

    ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts")
    office = models.ForeignKey(Office, models.PROTECT, related_name="posts")
    role = models.CharField(_("岗位"), max_length=16, choices=Role)

    PERSONAL = frozenset({"user"})
    NOT_PERSONAL = frozenset({"id", "office", "role"})

    class Meta:
        verbose_name = _("岗位")
        constraints = [
            models.UniqueConstraint(fields=["user", "office", "role"], name="post_once"),
            # GB/T 22239 8.1.4.2: the three administrators are three people.
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(role__in=["system_admin", "security_admin", "audit_admin"]),
                name="one_administration_per_person",
            ),
            models.CheckConstraint(
                name="post_role_known",
                condition=Q(
                    role__in=[
                        *("clerk", "approver", "lead", "steward", "item_manager", "supervisor"),
                        *("system_admin", "security_admin", "audit_admin"),
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.username} {self.role}@{self.office.code}"


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
