"""An item's bundle: guide, form, process and decision, each parsed, and held against each other."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tongban.base.people.models import Post
from tongban.business.items import guide as guides
from tongban.business.items.guide import Guide
from tongban.engines import decisions, forms, processes
from tongban.engines.decisions import Model
from tongban.engines.forms import Form
from tongban.engines.processes import Definition
from tongban.errors import Refusal


class FileMissing(Refusal):
    """{folder} has no {file}."""

    zh = "{folder} 中缺少 {file}。"


@dataclass(frozen=True)
class Problem:
    """What keeps a bundle from being published, and in which file."""

    file: str
    zh: str
    en: str


@dataclass(frozen=True)
class Bundle:
    guide: Guide
    form_text: str
    process_text: str
    decision_text: str

    @cached_property
    def form(self) -> Form:
        return forms.load(self.form_text)

    @cached_property
    def process(self) -> Definition:
        return processes.load(self.process_text.encode())

    @cached_property
    def decision(self) -> Model:
        return decisions.load(self.decision_text.encode())


def read(folder: Path) -> Bundle:
    """Raises the refusal of the first part that cannot be parsed."""
    guide = guides.read(_text(folder, guides.FILE), f"{folder.name}/{guides.FILE}")
    bundle = Bundle(
        guide,
        _text(folder, guide.form.file),
        _text(folder, guide.process.file),
        _text(folder, guide.decision.file),
    )
    _ = bundle.form, bundle.process, bundle.decision
    return bundle


def problems(
    bundle: Bundle, known_facts: Collection[str], operations: Collection[str]
) -> Iterator[Problem]:
    """Where the parts contradict each other, or name what does not exist."""
    guide = bundle.guide
    used = set(guide.facts.used)
    yield from _unknown_facts(guide, known_facts)
    materials = {material.code for material in guide.materials}
    for finding in forms.findings(bundle.form, used, materials):
        yield Problem(f"{guide.form.file} {finding.path}", finding.zh, finding.en)
    yield from _decision_problems(bundle, used)
    yield from _process_problems(bundle, operations)


def _unknown_facts(guide: Guide, known_facts: Collection[str]) -> Iterator[Problem]:
    for fact in guide.facts.used:
        if fact not in known_facts:
            yield _problem(guides.FILE, f"没有事实 {fact}", f"there is no fact {fact}")
    proving = {f for m in guide.materials for facts in m.proven_by for f in facts}
    printed = set(guide.result.face)
    for fact in sorted((proving | printed) - set(guide.facts.used)):
        yield _problem(
            guides.FILE,
            f"facts.used 中没有 {fact}，但材料或证照用到了它",
            f"{fact} is not in facts.used, but a material or the certificate needs it",
        )


def _decision_problems(bundle: Bundle, used: set[str]) -> Iterator[Problem]:
    guide, model = bundle.guide, bundle.decision
    file = guide.decision.file
    for name in (guide.decision.name, *(c.decision for c in guide.conditions)):
        if name not in model.decisions:
            yield _problem(file, f"没有决策 {name}", f"there is no decision {name}")
            return
    allowed = used | set(guide.decision.also_from_form)
    for name in sorted(set(model.decisions[guide.decision.name].inputs) - allowed):
        yield _problem(
            file,
            f"输入 {name} 既不是 facts.used 中的事实，也不在 also_from_form 中",
            f"input {name} is neither in facts.used nor in also_from_form",
        )
    keys = {field.key for field in bundle.form.fields}
    for name in guide.decision.also_from_form:
        if name not in keys:
            yield _problem(guides.FILE, f"表单没有 {name}", f"the form has no field {name}")


def _process_problems(bundle: Bundle, operations: Collection[str]) -> Iterator[Problem]:
    file = bundle.guide.process.file
    known = {
        "operation": (set(operations), "平台没有操作", "the platform has no operation"),
        "decision": (set(bundle.decision.decisions), "没有决策", "there is no decision"),
        "post": (set(Post.Role.values), "没有岗位", "there is no post"),
        "form": (set(), "没有表单", "there is no form"),
    }
    for reference in bundle.process.references():
        names, zh, en = known[reference.kind]
        if reference.name not in names:
            place = f"{file} {reference.node}"
            yield _problem(place, f"{zh} {reference.name}", f"{en} {reference.name}")


def _problem(file: str, zh: str, en: str) -> Problem:
    return Problem(file, zh, en)


def _text(folder: Path, name: str) -> str:
    path = folder / name
    if not path.exists():
        raise FileMissing(folder=folder.name, file=name)
    return path.read_text(encoding="utf-8")
