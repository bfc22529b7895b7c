"""The identifier of a certificate (GB/T 36904): dotted parts, the last a check character."""

import re

from stdnum.iso7064 import mod_37_36

ROOT = "1.2.156.3005.2"
# Kind, issuer, serial, version, check. The check character knows nothing of what else is written.
WRITTEN = re.compile(re.escape(ROOT) + r"\.([0-9A-Z]+)" * 3 + r"\.([0-9]{3})\.([0-9A-Z])")


def build(*, kind: str, issuer: str, serial: str, version: int) -> str:
    """`kind` is the certificate type code, `issuer` a credit code; the check is ISO 7064 MOD 37,36
    over kind, issuer, serial and version."""
    parts = [kind, issuer, serial, f"{version:03d}"]
    check = mod_37_36.calc_check_digit("".join(parts))
    return ".".join([ROOT, *parts, check])


def is_valid(identifier: str) -> bool:
    found = WRITTEN.fullmatch(identifier)
    return bool(found) and mod_37_36.is_valid("".join(found.groups()))
