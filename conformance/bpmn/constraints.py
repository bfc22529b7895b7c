"""Models that break one rule of the standard each, in a folder with the name of the rule.

Such a model must be refused, and the rule be named among the findings: to refuse it for another
reason is not enough. One that the kit calls a success keeps the rule and must be accepted.
"""

import re
from pathlib import Path

from conformance.bpmn.deploying import Deployment, deploy
from conformance.bpmn.judged import Case, Deployed, Ran
from tongban.engines.processes import Finding
from tongban.engines.processes.standard import Breach

_ALLOWED = re.compile(r"success|allowed", re.IGNORECASE)


def run(kit: Path) -> Ran:
    cases: list[Case] = []
    models: list[Deployed] = []
    for path in sorted(kit.rglob("*.bpmn")):
        name, rule = path.relative_to(kit).as_posix(), path.parent.name
        done = deploy(path.read_bytes())
        if _ALLOWED.search(path.stem):
            wrong = "; ".join(done.findings())
            cases.append(Case(name, "accepted", wrong))
            models.append(Deployed(name, "deploy", wrong))
        else:
            wrong = _not_named(rule, done)
            cases.append(Case(name, f"refused naming {rule}", wrong))
            models.append(Deployed(name, "be refused", wrong))
    return Ran(kit.name, tuple(cases), tuple(models))


def _not_named(rule: str, done: Deployment) -> str:
    if not done.refused:
        return "was accepted"
    named = {_plain(code) for each in done.refused for code in codes(each)}
    return "" if _plain(rule) in named else "; ".join(done.findings())


def codes(finding: Finding) -> tuple[str, ...]:
    """The catalogue counts some rules twice."""
    return finding.codes if isinstance(finding, Breach) else (finding.rule,)


def _plain(code: str) -> str:
    """Catalogue and folders write a code differently: EXT.004, EXT004."""
    return re.sub(r"[\W_]", "", code).upper()
