"""The identifier of a certificate (GB/T 36904): dotted parts, the last a check character."""

import re

from stdnum.iso7064 import mod_37_36

ROOT = "1.2.156.3005.2"


def build(*, kind: str, issuer: str, serial: str, version: int) -> str:
    """`kind` is the certificate type code, `issuer` a credit code; the check is ISO 7064 MOD 37,36
    over kind, issuer, serial and version."""
    parts = [kind, issuer, serial, f"{version:03d}"]
    check = mod_37_36.calc_check_digit("".join(parts))
    return ".".join([ROOT, *parts, check])


def is_valid(identifier: str) -> bool:
    if not identifier.startswith(f"{ROOT}."):
        return False
    return mod_37_36.is_valid(re.sub(r"[^0-9A-Z]", "", identifier.removeprefix(ROOT)))
