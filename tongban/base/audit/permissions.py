"""Who may read the log. Roles come as plain names: people is above audit."""

from tongban.errors import Refusal

SYSTEM_ADMIN = "system_admin"
SECURITY_ADMIN = "security_admin"
AUDIT_ADMIN = "audit_admin"


class NotAuditAdministrator(Refusal):
    """Only the audit administrator reads the audit log."""

    zh = "审计日志仅限审计管理员查阅。"


class AdministratorsCombined(Refusal):
    """Whoever runs the system or its security does not read the log: give one role back."""

    zh = "系统管理员、安全管理员不得兼任审计管理员，请先交回其中一个角色。"


def check_can_read_log(roles: frozenset[str]) -> None:
    if AUDIT_ADMIN not in roles:
        raise NotAuditAdministrator
    if roles & {SYSTEM_ADMIN, SECURITY_ADMIN}:
        raise AdministratorsCombined


def can_read_log(roles: frozenset[str]) -> bool:
    try:
        check_can_read_log(roles)
    except (NotAuditAdministrator, AdministratorsCombined):
        return False
    return True
