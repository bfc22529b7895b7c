"""An item's bundle: guide, form, process and decision, each parsed, and held against each other."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from tongban.base.people.models import Post
from tongban.business.items import guide as guides
from tongban.business.items.guide import Guide
from tongban.business.items.models import ItemVersion
from tongban.engines import decisions, forms, processes
from tongban.engines.decisions import Model, verification
from tongban.engines.decisions.loading import CLOCK
from tongban.engines.decisions.verification import Finding, OtherTypeOfFact, Severity
from tongban.engines.feel import ANY, BOOLEAN, DATE, NUMBER, STRING
from tongban.engines.forms import Form
from tongban.engines.processes import Definition, NotExecutable, interchange
from tongban.engines.processes.standard.soundness import unsound
from tongban.engines.processes.standard.undecided import ends_undecided
from tongban.errors import Refusal

_TYPES = {"string": STRING, "boolean": BOOLEAN, "date": DATE, "integer": NUMBER, "decimal": NUMBER}
Operations = Mapping[str, bool]  # what a process may ask for: whether it decides the case
KEPT = 256  # decisions and processes that are compiled and judged once per process


class FileMissing(Refusal):
    """{folder} has no {file}."""

    zh = "{folder} 中缺少 {file}。"


@dataclass(frozen=True)
class Problem:
    """What keeps a bundle from being published, and in which file; `finding` where it was found in
    the tables of the decision, `rule` and `element` where it was found in the drawing of the
    process."""

    file: str
    zh: str
    en: str
    finding: Finding | None = field(default=None, compare=False)
    rule: str = field(default="", compare=False)
    element: str = field(default="", compare=False)


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
        return _deployed(self.process_text)

    @cached_property
    def decision(self) -> Model:
        return model_of(self.decision_text)

    @cached_property
    def verdict(self) -> tuple[Finding, ...]:
        """What is found in the tables of the decision, grave or not."""
        return _judged(self.decision_text)


@lru_cache(KEPT)
def _deployed(text: str) -> Definition:
    return processes.deploy(text.encode())


@lru_cache(KEPT)
def model_of(text: str) -> Model:
    """Raises ModelError."""
    return decisions.load(text.encode())


@lru_cache(KEPT)
def _judged(text: str) -> tuple[Finding, ...]:
    return verification.verify(model_of(text))


def of(version: ItemVersion) -> Bundle:
    """What a stored version holds."""
    return Bundle(guides.of(version), version.form, version.process, version.decision)


def read(folder: Path) -> Bundle:
    """Raises the refusal of the first part that cannot be parsed."""
    guide = guides.read(_text(folder, guides.FILE), f"{folder.name}/{guides.FILE}")
    bundle = Bundle(
        guide,
        _text(folder, guide.form.file),
        _process(folder, guide.process.file),
        _text(folder, guide.decision.file),
    )
    _ = bundle.form, bundle.process, bundle.decision
    return bundle


def problems(
    bundle: Bundle, known_facts: Collection[str], operations: Operations
) -> Iterator[Problem]:
    """Where the parts contradict each other, or name what does not exist."""
    guide = bundle.guide
    used = set(guide.facts.used)
    yield from _unknown_facts(guide, known_facts)
    yield from _twice(guide)
    materials = {material.code for material in guide.materials}
    needed = guide.decision.also_from_form
    for finding in forms.findings(bundle.form, used, materials, needed):
        yield Problem(f"{guide.form.file} {finding.path}", finding.zh, finding.en)
    yield from _decision_problems(bundle, used)
    yield from _process_problems(bundle, operations)


def errors(bundle: Bundle, types: Mapping[str, str], operations: Operations) -> tuple[Problem, ...]:
    """All that keeps a bundle from being published; `types` of facts are those of facts.toml."""
    return (*problems(bundle, types, operations), *mistyped(bundle, types))


def mistyped(bundle: Bundle, types: Mapping[str, str]) -> Iterator[Problem]:
    """Facts that the decision or the certificate takes for another type than they have; `types` as
    facts.toml says."""
    facts = {key: _TYPES.get(type_, ANY) for key, type_ in types.items()}
    told = dict.fromkeys(bundle.guide.decision.also_from_form, ANY)
    for finding in verification.verify_facts(bundle.decision, {**told, **facts}):
        if isinstance(finding, OtherTypeOfFact):  # names that nobody knows: see `problems`
            file = bundle.guide.decision.file
            yield Problem(file, finding.told("zh"), finding.told("en"), finding)
    after = bundle.guide.result.valid.after
    if types.get(after, "date") != "date":
        yield _problem(
            guides.FILE,
            f"result.valid.after：{after} 不是日期",
            f"result.valid.after: {after} is no date",
        )


def warnings(bundle: Bundle) -> Iterator[Problem]:
    """What does not keep a bundle from being published, but somebody should look at."""
    yield from _found(bundle, Severity.WARNING)
    yield from _odd_paths(bundle)


def _found(bundle: Bundle, severity: Severity) -> Iterator[Problem]:
    for finding in bundle.verdict:
        if finding.severity is severity:
            file = bundle.guide.decision.file
            yield Problem(file, finding.told("zh"), finding.told("en"), finding)


def _unknown_facts(guide: Guide, known_facts: Collection[str]) -> Iterator[Problem]:
    for fact in dict.fromkeys((*guide.facts.used, *guide.result.states.values())):
        if fact not in known_facts:
            yield _problem(guides.FILE, f"没有事实 {fact}", f"there is no fact {fact}")
    proving = {f for m in guide.materials for facts in m.proven_by for f in facts}
    printed = {*guide.result.face, *filter(None, [guide.result.valid.after])}
    for fact in sorted((proving | printed) - set(guide.facts.used)):
        yield _problem(
            guides.FILE,
            f"facts.used 中没有 {fact}，但材料或证照用到了它",
            f"{fact} is not in facts.used, but a material or the certificate needs it",
        )


def _twice(guide: Guide) -> Iterator[Problem]:
    for code, times in Counter(material.code for material in guide.materials).items():
        if times > 1:
            yield _problem(
                guides.FILE,
                f"materials：编码 {code} 出现了 {times} 次",
                f"materials: the code {code} is there {times} times",
            )


def _decision_problems(bundle: Bundle, used: set[str]) -> Iterator[Problem]:
    guide, model = bundle.guide, bundle.decision
    file = guide.decision.file
    asked = dict.fromkeys((guide.decision.name, *(c.decision for c in guide.conditions)))
    missing = [name for name in asked if name not in model.decisions]
    for name in missing:
        yield _problem(file, f"没有决策 {name}", f"there is no decision {name}")
    read = {name for one in asked if one not in missing for name in model.decisions[one].inputs}
    allowed = used | CLOCK.keys() | set(guide.decision.also_from_form)
    for name in sorted(read - allowed):
        yield _problem(
            file,
            f"输入 {name} 既不是 facts.used 中的事实，也不在 also_from_form 中",
            f"input {name} is neither in facts.used nor in also_from_form",
        )
    yield from _found(bundle, Severity.ERROR)
    keys = {field.key for field in bundle.form.fields}
    for name in guide.decision.also_from_form:
        if name not in keys:
            yield _problem(guides.FILE, f"表单没有 {name}", f"the form has no field {name}")


def _process_problems(bundle: Bundle, operations: Operations) -> Iterator[Problem]:
    file = bundle.guide.process.file
    try:
        process = bundle.process
    except processes.Invalid as invalid:  # a draft: a folder's process was read before
        yield from (_drawn(file, each) for each in invalid.findings)
        return
    if not process.executable:
        drawing = NotExecutable(process=process.id)
        yield _problem(file, drawing.told("zh"), drawing.told("en"))
        return
    known = {
        "operation": (set(operations), "平台没有操作", "the platform has no operation"),
        "decision": (set(bundle.decision.decisions), "没有决策", "there is no decision"),
        "post": (set(Post.Role.values), "没有岗位", "there is no post"),
        "form": (set(), "没有表单", "there is no form"),
    }
    for reference in process.references():
        names, zh, en = known[reference.kind]
        if reference.name not in names:
            yield Problem(
                f"{file} {reference.node}",
                f"{zh} {reference.name}",
                f"{en} {reference.name}",
                rule=f"unknown-{reference.kind}",
                element=reference.node,
            )
    settling = {name for name, decides in operations.items() if decides}
    yield from (_drawn(file, flaw) for flaw in ends_undecided(process, settling))


def _odd_paths(bundle: Bundle) -> Iterator[Problem]:
    """What the paths of the process do in some runs alone; one that is refused has graver ones."""
    try:
        process = bundle.process
    except processes.Invalid:
        return
    for flaw in unsound(process):
        yield _drawn(bundle.guide.process.file, flaw)


def _drawn(file: str, found: processes.Finding) -> Problem:
    place = f"{file} {found.element}" if found.element else file
    zh, en = found.told("zh"), found.told("en")
    return Problem(place, zh, en, rule=found.rule, element=found.element)


def _problem(file: str, zh: str, en: str) -> Problem:
    return Problem(file, zh, en)


def _text(folder: Path, name: str) -> str:
    path = folder / name
    if not path.exists():
        raise FileMissing(folder=folder.name, file=name)
    return path.read_text(encoding="utf-8")


def _process(folder: Path, name: str) -> str:
    """A process may come from a tool that writes another encoding and says so; kept is UTF-8."""
    try:
        return _text(folder, name)
    except UnicodeDecodeError:
        return interchange.write(interchange.read((folder / name).read_bytes())).decode()
