"""Loads DMN models: what they require of one another, checked and compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tongban.engines.decisions import document
from tongban.engines.decisions.decision import Decision
from tongban.engines.decisions.document import LIMITS, Document, Element
from tongban.engines.decisions.labels import label
from tongban.engines.decisions.refusals import (
    Address,
    ExpressionRefused,
    Label,
    ModelError,
    NotSupported,
)
from tongban.engines.decisions.shapes import Shape, Shapes
from tongban.engines.decisions.steps import Filling, Input, Key, Step
from tongban.engines.decisions.table_reader import TableReader
from tongban.engines.decisions.tables import Expression, Table
from tongban.engines.decisions.texts import Texts, code_of
from tongban.engines.feel import DATE, DATE_TIME, FeelError, Scope, Type
from tongban.engines.feel.lexer import words
from tongban.engines.feel.types import ANY

FEEL = ("", "feel", "FEEL")
# Every decision may read these; they are inputs like others, because an engine asks no clock.
CLOCK: Mapping[str, Type] = {"today()": DATE, "now()": DATE_TIME}
_LOGIC = (
    *("literalExpression", "decisionTable", "context", "invocation", "functionDefinition"),
    *("list", "relation", "conditional", "for", "every", "some", "filter"),
)
_UNSUPPORTED = ("businessKnowledgeModel", "decisionService")


class CyclicRequirements(ModelError):
    """The decision requires itself, through {through}."""

    zh = "决策依赖它自己，途经 {through}。"


class NotFound(ModelError):
    """What is required, “{href}”, is not in the model."""

    zh = "模型中没有所依赖的“{href}”。"


class NoLogic(ModelError):
    """The decision says neither by a table nor by an expression what it decides."""

    zh = "决策既没有决策表也没有表达式。"


class NoDecision(ModelError):
    """There is no decision “{name}” in the model."""

    zh = "模型中没有决策“{name}”。"


class SameNamespace(ModelError):
    """Two models have the namespace “{namespace}”."""

    zh = "两个模型的命名空间都是“{namespace}”。"


class SameId(ModelError):
    """The id “{id}” is used twice in the model."""

    zh = "模型中 id“{id}”出现两次。"


class SameInput(ModelError):
    """It would read two inputs, of two models, that are both called “{name}”. Rename one."""

    zh = "它会读取两个模型中都叫“{name}”的输入，请改名。"


class NotImported(ModelError):
    """The imported model “{namespace}” was not handed in."""

    zh = "没有提供被导入的模型“{namespace}”。"


@dataclass(frozen=True, slots=True)
class Model:
    """The decisions by id; where two models use one id, by namespace and id: `ns#id`."""

    decisions: Mapping[str, Decision]

    def find(self, name_or_id: str) -> Decision:
        """Raises NoDecision."""
        if name_or_id in self.decisions:
            return self.decisions[name_or_id]
        for decision in self.decisions.values():
            if decision.name == name_or_id:
                return decision
        raise NoDecision(Address(), name=name_or_id)


def load(*models: bytes) -> Model:
    """The first model with those that it imports. Raises ModelError for the first fault."""
    model, findings = examine(*models)
    if findings:
        raise findings[0]
    return model


def examine(*models: bytes) -> tuple[Model, tuple[ModelError, ...]]:
    """The model and every fault in it; a text with a fault is null when it runs.

    Raises ModelError where a document cannot be read at all.
    """
    loading = _Loading([document.read(xml) for xml in models])
    return loading.model(), tuple(loading.findings)


@dataclass(frozen=True, slots=True)
class _Place:
    """A decision or input datum in its document."""

    key: Key
    element: Element
    home: str  # the namespace of its document


@dataclass(frozen=True, slots=True)
class _Known:
    """A name that a decision may read."""

    name: str
    label: Label
    key: Key
    type: Type


class _Loading:
    def __init__(self, documents: Sequence[Document]) -> None:
        self.findings: list[ModelError] = []
        self._documents = {each.namespace: each for each in documents}
        self._shapes: dict[str, Shapes] = {}
        self._places: dict[Key, _Place] = {}
        self._steps: dict[Key, Step] = {}
        self._types: dict[Key, Type] = {}
        self._requires: dict[Key, list[Key]] = {}
        self._under_way: list[Key] = []
        if len(self._documents) < len(documents):
            twice = [each.namespace for each in documents]
            self.findings.append(SameNamespace(Address(), namespace=twice[-1]))

    def model(self) -> Model:
        for namespace, each in self._documents.items():
            self._shapes_of(namespace)
            for element in each.root.all("decision", "inputData"):
                key = f"{namespace}#{_id(element)}"
                if key in self._places:
                    address = Address(element.get("name"), line=element.line)
                    self.findings.append(SameId(address, id=_id(element)))
                self._places[key] = _Place(key, element, namespace)
            for element in each.root.all(*_UNSUPPORTED):
                self.findings.append(
                    NotSupported(Address(element.get("name"), line=element.line), what=element.tag)
                )
        decisions = [place for place in self._places.values() if place.element.tag == "decision"]
        for place in decisions:
            self._step(place)
        for shapes in self._shapes.values():
            self.findings += shapes.findings
        return Model(self._by_id([self._decision(place) for place in decisions], decisions))

    def _by_id(
        self, decisions: Sequence[Decision], places: Sequence[_Place]
    ) -> Mapping[str, Decision]:
        found: dict[str, Decision] = {}
        for decision, place in zip(decisions, places, strict=True):
            found[place.key if decision.id in found else decision.id] = decision
        return found

    def _shapes_of(self, namespace: str) -> Shapes:
        if namespace not in self._shapes:
            imported = {
                name: self._shapes_of(other) for name, other in self._imports(namespace).items()
            }
            self._shapes[namespace] = Shapes(self._documents[namespace], imported)
        return self._shapes[namespace]

    def _imports(self, namespace: str) -> Mapping[str, str]:
        """The namespaces that a document imports, by the name it gives them."""
        found: dict[str, str] = {}
        for element in self._documents[namespace].root.all("import"):
            other = element.get("namespace")
            if other in self._documents:
                found[element.get("name")] = other
            else:
                self.findings.append(NotImported(Address(line=element.line), namespace=other))
        return found

    def _decision(self, place: _Place) -> Decision:
        order = self._closure(place.key)
        steps = [self._steps[key] for key in order if key in self._steps]
        inputs = [self._input(key) for key in order if key not in self._steps]
        names = [each.name for each in inputs]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.findings.append(SameInput(Address(steps[-1].name), name=name))
        return Decision(steps, inputs, self._version(order), self._types[place.key])

    def _closure(self, key: Key) -> list[Key]:
        """Everything a decision needs, each thing after what it needs itself."""
        found: dict[Key, None] = {}

        def add(wanted: Key) -> None:
            if wanted not in found:
                for required in self._requires.get(wanted, ()):
                    add(required)
                found[wanted] = None

        add(key)
        return list(found)

    def _version(self, keys: Sequence[Key]) -> str:
        """The hash of the document, or of the hashes where a decision reaches into several."""
        homes = {self._places[key].home for key in keys if key in self._places}
        versions = sorted(self._documents[home].version for home in homes)
        joined = "".join(versions).encode()
        return versions[0] if len(versions) == 1 else sha256(joined).hexdigest()

    def _input(self, key: Key) -> Input:
        if key in CLOCK:
            return Input(key, key, Label(key, key), Shape(CLOCK[key]))
        place = self._places[key]
        name = place.element.get("name")
        return Input(key, name, label(place.element, name), self._shape(place))

    def _shape(self, place: _Place) -> Shape:
        variable = place.element.first("variable")
        name = place.element.get("name")
        address = Address(name, line=place.element.line)
        type_ = variable.get("typeRef") if variable else ""
        return self._shapes[place.home].named(type_, address)

    def _step(self, place: _Place) -> None:
        """Compile a decision after those that it requires."""
        if place.key in self._types:
            return
        name = place.element.get("name")
        address = Address(name)
        if place.key in self._under_way:
            cycle = self._under_way[self._under_way.index(place.key) :]
            names = ", ".join(self._places[key].element.get("name") for key in cycle)
            raise CyclicRequirements(address.on(place.element.line), through=names)
        if len(self._under_way) >= LIMITS.chain:
            facts = {"limit": LIMITS.chain, "what": "decisions in a row", "what_zh": "决策链长度"}
            raise document.TooBig(address.on(place.element.line), **facts)
        self._under_way.append(place.key)
        known = [self._required(place, href, address) for href in _hrefs(place.element)]
        self._under_way.pop()
        self._compile(place, [each for each in known if each is not None], address)

    def _required(self, place: _Place, href: str, address: Address) -> _Known | None:
        namespace, _, id_ = href.rpartition("#")
        home = namespace or place.home
        required = self._places.get(f"{home}#{id_}")
        if required is None:
            self.findings.append(NotFound(address.on(place.element.line), href=href))
            return None
        if required.element.tag == "decision":
            self._step(required)
            type_ = self._types[required.key]
        else:
            type_ = self._shape(required).type
        name = required.element.get("name")
        if home != place.home:
            prefix = {other: name for name, other in self._imports(place.home).items()}.get(home)
            name = f"{prefix}.{name}" if prefix else name
        return _Known(name, label(required.element, name), required.key, type_)

    def _compile(self, place: _Place, required: Sequence[_Known], address: Address) -> None:
        required = [each for each in required if self._can_be_read(each.name, address)]
        clock = [_Known(name, Label(name, name), name, type_) for name, type_ in CLOCK.items()]
        known = {each.name: each for each in (*clock, *required)}
        names = {name: each.type for name, each in known.items()}
        texts = Texts(Scope(names, self._shapes[place.home].types()), self.findings)
        shape = self._shape(place)
        logic, type_ = self._logic(place, texts, shape, address)
        fillings = tuple(
            Filling(name, known[name].label, known[name].key, slot)
            for name, slot in texts.filled().items()
        )
        element, name = place.element, place.element.get("name")
        self._types[place.key] = type_ if shape.type == ANY else shape.type
        self._requires[place.key] = [
            each.key for name, each in known.items() if name in texts.filled()
        ]
        self._steps[place.key] = Step(
            place.key,
            _id(element),
            name,
            label(element, name),
            logic,
            shape,
            fillings,
            texts.blank(),
        )

    def _can_be_read(self, name: str, address: Address) -> bool:
        try:
            words(name)
        except FeelError as error:
            self.findings.append(ExpressionRefused(address, error))
            return False
        return True

    def _logic(
        self, place: _Place, texts: Texts, shape: Shape, address: Address
    ) -> tuple[Table | Expression, Type]:
        element = place.element.first(*_LOGIC)
        if element is None:
            self.findings.append(NoLogic(address.on(place.element.line)))
            return Expression(code_of(None)), ANY
        if element.tag == "decisionTable":
            reader = TableReader(element, self._shapes[place.home], texts, self.findings)
            return reader.read(shape, address, LIMITS)
        if element.tag != "literalExpression":
            self.findings.append(NotSupported(address.on(element.line), what=element.tag))
            return Expression(code_of(None)), ANY
        language = element.get("expressionLanguage")
        if language.rstrip("/").rpartition("/")[2] not in FEEL:
            self.findings.append(NotSupported(address.on(element.line), what=language))
            return Expression(code_of(None)), ANY
        entry = texts.expression(element.text_of("text"), address)
        texts.expect(entry, shape, address)
        return Expression(code_of(entry)), entry.tree.type if entry else ANY


def _id(element: Element) -> str:
    """An id may be left out; nothing can then refer to the element but by its name."""
    return element.get("id") or element.get("name")


def _hrefs(decision: Element) -> Iterator[str]:
    for requirement in decision.all("informationRequirement"):
        for required in requirement.all("requiredInput", "requiredDecision"):
            yield required.get("href")
