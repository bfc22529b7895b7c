"""Only the audit administrator reads the log (三员分立)."""

import pytest

from tongban.base.audit import permissions
from tongban.base.audit.permissions import (
    AUDIT_ADMIN,
    SECURITY_ADMIN,
    SYSTEM_ADMIN,
    AdministratorsCombined,
    NotAuditAdministrator,
)


@pytest.mark.parametrize(
    ("roles", "refusal"),
    [
        (set(), NotAuditAdministrator),
        ({"clerk"}, NotAuditAdministrator),
        ({SYSTEM_ADMIN, SECURITY_ADMIN}, NotAuditAdministrator),
        ({AUDIT_ADMIN, SYSTEM_ADMIN}, AdministratorsCombined),
        ({AUDIT_ADMIN, SECURITY_ADMIN}, AdministratorsCombined),
    ],
)
def test_everybody_else_is_refused_with_the_reason(roles, refusal):
    with pytest.raises(refusal) as refused:
        permissions.check_can_read_log(frozenset(roles))
    assert refused.value.told("zh-hans") == refusal.zh
    assert not permissions.can_read_log(frozenset(roles))


def test_the_audit_administrator_reads_the_log():
    permissions.check_can_read_log(frozenset({AUDIT_ADMIN, "clerk"}))
    assert permissions.can_read_log(frozenset({AUDIT_ADMIN}))
