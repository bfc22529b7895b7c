"""Compiles the elements of a requirement graph, each after those that it requires."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tongban.engines.decisions.boxed import LOGIC, Boxes
from tongban.engines.decisions.decision import Decision, Head
from tongban.engines.decisions.document import LIMITS, TooBig
from tongban.engines.decisions.labels import label
from tongban.engines.decisions.places import Place, Places
from tongban.engines.decisions.refusals import Address, ExpressionRefused, Label, ModelError
from tongban.engines.decisions.services import KnowledgeModel, Outputs, Service
from tongban.engines.decisions.shapes import ANYTHING, Shape
from tongban.engines.decisions.steps import Filling, Input, Key, Knowledge, Step
from tongban.engines.decisions.table_reader import TableReader
from tongban.engines.decisions.tables import Expression, Table
from tongban.engines.decisions.texts import NOTHING, Texts, code_of
from tongban.engines.feel import CLOCK, FeelError, FunctionOf, Scope, Type, tree
from tongban.engines.feel.lexer import words
from tongban.engines.feel.types import ANY, ContextOf


class CyclicRequirements(ModelError):
    """The decision requires itself, through {through}."""

    zh = "决策依赖它自己，途经 {through}。"


class NoLogic(ModelError):
    """The decision says neither by a table nor by an expression what it decides."""

    zh = "决策既没有决策表也没有表达式。"


class SameInput(ModelError):
    """It would read two inputs, of two models, that are both called “{name}”. Rename one."""

    zh = "它会读取两个模型中都叫“{name}”的输入，请改名。"


@dataclass(frozen=True, slots=True)
class Known:
    """A name that a decision may read."""

    name: str
    label: Label
    key: Key
    type: Type


@dataclass(frozen=True, slots=True)
class Plan:
    """What a decision service takes, runs and answers."""

    order: Sequence[Key]
    inputs: Sequence[Input]
    outputs: Outputs


class Loading:
    def __init__(self, places: Places, findings: list[ModelError]) -> None:
        self._places, self._findings = places, findings
        self._steps: dict[Key, Step] = {}
        self._types: dict[Key, Type] = {}
        self._requires: dict[Key, list[Key]] = {}
        self._plans: dict[Key, Plan] = {}
        self._under_way: list[Place] = []

    def decision(self, place: Place) -> Decision:
        self._step(place)
        order = self._closure([place.key], ())
        inputs = [self._input(key) for key in order if key not in self._steps]
        return self._asked(place, order, inputs, Outputs({place.name: place.key}, ANYTHING))

    def service(self, place: Place) -> Decision:
        """A service as something to be asked, like a decision."""
        self._step(place)
        plan = self._plans[place.key]
        declared = {known.key for known in plan.inputs}
        more = [self._input(key) for key in plan.order if key not in self._steps]
        inputs = [*plan.inputs, *(known for known in more if known.key not in declared)]
        return self._asked(place, plan.order, inputs, plan.outputs)

    def knowledge(self, place: Place) -> None:
        """Compile a function that perhaps no decision calls, for what is wrong with it."""
        self._step(place)

    def _asked(
        self, place: Place, order: Sequence[Key], inputs: Sequence[Input], outputs: Outputs
    ) -> Decision:
        names = [each.name for each in inputs]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._findings.append(SameInput(place.address, name=name))
        given = {known.key for known in inputs}
        steps = [self._steps[key] for key in order if key in self._steps and key not in given]
        head = Head(place.id, place.name, label(place.element, place.name))
        version = _version(self._places.versions(order))
        type_ = self._types[place.key]
        if isinstance(type_, FunctionOf) and place.element.tag == "decisionService":
            type_ = type_.result
        return Decision(head, steps, inputs, version, type_, outputs)

    def _closure(self, keys: Sequence[Key], leaves: Collection[Key]) -> list[Key]:
        """Everything these need, each thing after what it needs itself; leaves need nothing."""
        found: dict[Key, None] = {}

        def add(wanted: Key) -> None:
            if wanted not in found:
                for required in () if wanted in leaves else self._requires.get(wanted, ()):
                    add(required)
                found[wanted] = None

        for key in keys:
            add(key)
        return list(found)

    def _input(self, key: Key) -> Input:
        if key in CLOCK:
            return Input(key, key, Label(key, key), Shape(CLOCK[key]))
        place = self._places.get(key)
        assert place is not None
        return Input(key, place.name, label(place.element, place.name), self._shape(place))

    def _shape(self, place: Place) -> Shape:
        address = Address(place.name, line=place.element.line)
        return self._places.shapes(place.home).named(place.type_name, address)

    def _step(self, place: Place) -> None:
        """Compile an element after those that it requires."""
        if place.key in self._types:
            return
        address = place.address.on(place.element.line)
        if place in self._under_way:
            cycle = self._under_way[self._under_way.index(place) :]
            raise CyclicRequirements(address, through=", ".join(each.name for each in cycle))
        if len(self._under_way) >= LIMITS.chain:
            facts = {"limit": LIMITS.chain, "what": "decisions in a row", "what_zh": "决策链长度"}
            raise TooBig(address, **facts)
        self._under_way.append(place)
        if place.element.tag == "decisionService":
            self._compile_service(place)
        else:
            self._compile(place)
        self._under_way.pop()

    def _compile(self, place: Place) -> None:
        """A decision, or a business knowledge model."""
        known = {each.name: each for each in (*_clock(), *self._readable(place))}
        names = {name: each.type for name, each in known.items()}
        if place.element.tag == "businessKnowledgeModel":
            names = {place.name: ANY, **names}
        shapes = self._places.shapes(place.home)
        texts = Texts(Scope(names, shapes.types()), self._findings)
        boxes = Boxes(shapes, texts, self._findings)
        shape = self._shape(place)
        if place.element.tag == "decision":
            logic, type_ = self._logic(place, texts, boxes, shape)
        else:
            logic, type_ = self._knowledge(place, texts, boxes, shape)
            shape = ANYTHING
        self._types[place.key] = type_ if shape.type == ANY else shape.type
        self._add_step(place, logic, shape, texts, known)

    def _add_step(
        self,
        place: Place,
        logic: Table | Expression | Knowledge,
        shape: Shape,
        texts: Texts,
        known: Mapping[str, Known],
    ) -> None:
        read = {name: slot for name, slot in texts.filled().items() if name in known}
        fillings = tuple(
            Filling(name, known[name].label, known[name].key, slot) for name, slot in read.items()
        )
        self._requires[place.key] = [known[name].key for name in read]
        known_as = label(place.element, place.name)
        tables = tuple(texts.tables)
        self._steps[place.key] = Step(
            place.key, place.id, place.name, known_as, logic, shape, fillings, tables, texts.blank()
        )

    def _readable(self, place: Place) -> Iterator[Known]:
        for href in place.requires():
            required = self._places.at(place, href)
            if required is None:
                continue
            if required.element.tag == "inputData":
                type_ = self._shape(required).type
            else:
                self._step(required)
                type_ = self._types[required.key]
            name = self._places.name(place, required)
            try:
                words(name)
            except FeelError as error:
                self._findings.append(ExpressionRefused(place.address, error))
                continue
            yield Known(name, label(required.element, name), required.key, type_)

    def _logic(
        self, place: Place, texts: Texts, boxes: Boxes, shape: Shape
    ) -> tuple[Table | Expression, Type]:
        element, address = place.element.first(*LOGIC), place.address
        if element is None:
            self._findings.append(NoLogic(address.on(place.element.line)))
            return Expression(code_of(None), NOTHING), ANY
        if element.tag == "decisionTable":
            shapes = self._places.shapes(place.home)
            reader = TableReader(element, shapes, texts, self._findings)
            return reader.read(shape, address, LIMITS)
        node = boxes.node(element, address)
        texts.expect(node, shape, address)
        return Expression(texts.whole(node).code, node), node.type

    def _knowledge(
        self, place: Place, texts: Texts, boxes: Boxes, shape: Shape
    ) -> tuple[Knowledge, Type]:
        logic = place.element.first("encapsulatedLogic")
        if logic is None:
            self._findings.append(NoLogic(place.address.on(place.element.line)))
            return Knowledge(code_of(None)), ANY
        node = boxes.function(logic, shape.result or shape, place.address)
        code = texts.whole(node).code
        parameters = () if not isinstance(node, tree.Lambda) else node.parameters
        names = tuple(known.name for known in parameters)
        make = KnowledgeModel(names, code, texts.filled().get(place.name), node)
        return Knowledge(make), node.type

    def _compile_service(self, place: Place) -> None:
        outputs = self._referred(place, "outputDecision")
        given = [*self._referred(place, "inputData"), *self._referred(place, "inputDecision")]
        inputs = [self._input(each.key) for each in given]
        declared, keys = self._shape(place), {each.name: each.key for each in outputs}
        plan = Plan(
            self._closure(list(keys.values()), {each.key for each in given}),
            inputs,
            Outputs(keys, declared.result or declared),
        )
        self._plans[place.key] = plan
        clock = {each.name: each for each in _clock() if each.key in plan.order}
        texts = Texts(Scope({name: each.type for name, each in clock.items()}), self._findings)
        slots = {name: texts.expression(name, place.address) for name in clock}
        known_keys = {known.key for known in inputs}
        steps = [self._steps[k] for k in plan.order if k in self._steps and k not in known_keys]
        clocks = tuple((clock[name].key, entry.code) for name, entry in slots.items() if entry)
        absent = [k for k in plan.order if k not in self._steps and k not in known_keys]
        service = Service(inputs, steps, plan.outputs, clocks, frozenset(absent) - CLOCK.keys())
        results = {each.name: self._types[each.key] for each in outputs}
        result = plan.outputs.shape.type
        if result == ANY:
            result = ContextOf.of(results) if len(results) != 1 else next(iter(results.values()))
        parameters = tuple((known.name, known.shape.type) for known in inputs)
        self._types[place.key] = FunctionOf(parameters, result)
        self._add_step(place, Knowledge(service, tuple(steps)), ANYTHING, texts, clock)

    def _referred(self, place: Place, tag: str) -> list[Place]:
        found = [self._places.at(place, href) for href in place.hrefs(tag)]
        known = [each for each in found if each is not None]
        for each in known:
            if each.element.tag == "decision":
                self._step(each)
        return known


def _clock() -> list[Known]:
    return [Known(name, Label(name, name), name, type_) for name, type_ in CLOCK.items()]


def _version(hashes: Sequence[str]) -> str:
    """The hash of the document, or of the hashes where a decision reaches into several."""
    return hashes[0] if len(hashes) == 1 else sha256("".join(hashes).encode()).hexdigest()
