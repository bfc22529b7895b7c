"""Where the elements of several documents lie, and what they call one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongban.engines.decisions.document import Document, Element
from tongban.engines.decisions.refusals import Address, ModelError
from tongban.engines.decisions.shapes import Shapes
from tongban.engines.decisions.steps import Key

KINDS = ("decision", "inputData", "businessKnowledgeModel", "decisionService")
_REQUIREMENTS: Mapping[str, tuple[str, ...]] = {
    "informationRequirement": ("requiredInput", "requiredDecision"),
    "knowledgeRequirement": ("requiredKnowledge",),
}


class NotFound(ModelError):
    """What is required, “{href}”, is not in the model."""

    zh = "模型中没有所依赖的“{href}”。"


class SameNamespace(ModelError):
    """Two models have the namespace “{namespace}”."""

    zh = "两个模型的命名空间都是“{namespace}”。"


class SameId(ModelError):
    """The id “{id}” is used twice in the model."""

    zh = "模型中 id“{id}”出现两次。"


class NotImported(ModelError):
    """The imported model “{namespace}” was not handed in."""

    zh = "没有提供被导入的模型“{namespace}”。"


@dataclass(frozen=True, slots=True)
class Place:
    """An element of a requirement graph in its document."""

    key: Key
    element: Element
    home: str  # the namespace of its document

    @property
    def id(self) -> str:
        """An id may be left out; nothing can then refer to the element but by its name."""
        return self.element.get("id") or self.element.get("name")

    @property
    def name(self) -> str:
        return self.element.get("name")

    @property
    def type_name(self) -> str:
        variable = self.element.first("variable")
        return variable.get("typeRef") if variable else ""

    @property
    def address(self) -> Address:
        return Address(self.name)

    def requires(self) -> Iterator[str]:
        for tag, required in _REQUIREMENTS.items():
            for requirement in self.element.all(tag):
                for each in requirement.all(*required):
                    yield each.get("href")

    def hrefs(self, tag: str) -> list[str]:
        return [each.get("href") for each in self.element.all(tag)]


class Places:
    def __init__(self, documents: Sequence[Document], findings: list[ModelError]) -> None:
        self._findings = findings
        self._documents = {each.namespace: each for each in documents}
        if len(self._documents) < len(documents):
            twice = documents[-1].namespace
            findings.append(SameNamespace(Address(), namespace=twice))
        self._imports = {namespace: self._imported(namespace) for namespace in self._documents}
        self._shapes: dict[str, Shapes] = {}
        self._places: dict[Key, Place] = {}
        for namespace, each in self._documents.items():
            self.shapes(namespace)
            for element in each.root.all(*KINDS):
                self._add(namespace, element)

    def _add(self, namespace: str, element: Element) -> None:
        place = Place(f"{namespace}#{element.get('id') or element.get('name')}", element, namespace)
        if place.key in self._places:
            self._findings.append(SameId(place.address.on(element.line), id=place.id))
        self._places[place.key] = place

    def all(self, kind: str) -> list[Place]:
        return [place for place in self._places.values() if place.element.tag == kind]

    def get(self, key: Key) -> Place | None:
        return self._places.get(key)

    def at(self, place: Place, href: str) -> Place | None:
        """What an element refers to; None, with a finding, where there is nothing."""
        namespace, _, id_ = href.rpartition("#")
        found = self._places.get(f"{namespace or place.home}#{id_}")
        if found is None:
            self._findings.append(NotFound(place.address.on(place.element.line), href=href))
        return found

    def name(self, reader: Place, read: Place) -> str:
        """What a reader calls an element: with the name of the import where it is imported."""
        if read.home == reader.home:
            return read.name
        prefix = {other: name for name, other in self._imports[reader.home].items()}.get(read.home)
        return f"{prefix}.{read.name}" if prefix else read.name

    def shapes(self, namespace: str) -> Shapes:
        if namespace not in self._shapes:
            imported = {
                name: self.shapes(other) for name, other in self._imports[namespace].items()
            }
            self._shapes[namespace] = Shapes(self._documents[namespace], imported)
        return self._shapes[namespace]

    def faults_of_types(self) -> Iterator[ModelError]:
        for shapes in self._shapes.values():
            yield from shapes.findings

    def versions(self, keys: Sequence[Key]) -> list[str]:
        """The hashes of the documents that these elements lie in."""
        homes = {self._places[key].home for key in keys if key in self._places}
        return sorted(self._documents[home].version for home in homes)

    def _imported(self, namespace: str) -> Mapping[str, str]:
        """The namespaces that a document imports, by the name it gives them."""
        found: dict[str, str] = {}
        for element in self._documents[namespace].root.all("import"):
            other = element.get("namespace")
            if other in self._documents:
                found[element.get("name")] = other
            else:
                self._findings.append(NotImported(Address(line=element.line), namespace=other))
        return found
