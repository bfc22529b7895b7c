"""The directly-follows graph as a picture: which edges, where the steps stand, how thick the lines.

Steps stand in columns from left to right in the order in which cases mostly come to them (the order
of Eades, Lin and Smyth, 1993: the step that most leads away comes first). The way that most cases
take is the first row. What is said of a line stands where nothing else does, the commonest first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongban.engines.mining import Activity, Edge, Graph

WIDTH, HEIGHT, ACROSS, DOWN = 148, 58, 236, 104
MARGIN, HEAD = 16, 64
LABEL_WIDTH, LABEL_HEIGHT = 64, 30
Point = tuple[int, int]
Place = tuple[int, int, int, int]  # its middle, its width and height
THINNEST, THICKEST = 1.5, 10.0


@dataclass(frozen=True)
class Box:
    activity: Activity
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """`path` in the words of SVG; the middle of the label is at x, y."""

    edge: Edge
    path: str
    width: float
    x: int
    y: int
    is_back: bool


@dataclass(frozen=True)
class _Way:
    """A line without its label, and where that may stand, best first."""

    edge: Edge
    path: str
    width: float
    stands: tuple[Point, ...]
    is_back: bool


@dataclass(frozen=True)
class Picture:
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int
    share: float
    """Of all successions, how many are drawn."""


def draw(graph: Graph, per_cent: int) -> Picture:
    edges = chosen(graph, per_cent)
    order = _order(graph)
    columns = _columns(order, edges)
    places = _places(columns, edges, _spine(graph, order, edges))
    by_name = {activity.name: activity for activity in graph.activities}
    boxes = tuple(Box(by_name[name], x, y) for name, (x, y) in places.items())
    lines = tuple(_labelled(list(_ways(edges, places)), places.values()))
    every = sum(edge.count for edge in graph.edges)
    return Picture(
        boxes=boxes,
        lines=lines,
        width=max((box.x for box in boxes), default=0) + WIDTH + MARGIN,
        height=max((*(box.y + HEIGHT for box in boxes), *(line.y + 18 for line in lines), 0))
        + MARGIN,
        share=sum(edge.count for edge in edges) / every if every else 1.0,
    )


def chosen(graph: Graph, per_cent: int) -> tuple[Edge, ...]:
    """The commonest that make up this share, and for each step its commonest way in and out."""
    every = sum(edge.count for edge in graph.edges)
    kept: dict[tuple[str, str], Edge] = {}
    reached = 0
    came: set[str] = set()
    left: set[str] = set()
    for edge in graph.edges:
        wanted = reached * 100 < every * per_cent
        first = edge.source != edge.target and (edge.source not in left or edge.target not in came)
        if wanted or first:
            kept[edge.source, edge.target] = edge
            reached += edge.count
            if edge.source != edge.target:
                left.add(edge.source)
                came.add(edge.target)
    return tuple(kept.values())


def _order(graph: Graph) -> list[str]:
    """Whoever leads away more often than he is led to comes first."""
    weights: dict[str, dict[str, int]] = defaultdict(dict)
    for edge in graph.edges:
        if edge.source != edge.target:
            weights[edge.source][edge.target] = edge.count
    left = {activity.name: activity for activity in graph.activities}
    order: list[str] = []
    while left:
        order.append(max(left, key=lambda name: (_leads(name, left, weights), name)))
        del left[order[-1]]
    return order


def _leads(
    name: str, left: Mapping[str, Activity], weights: Mapping[str, Mapping[str, int]]
) -> int:
    away = sum(count for to, count in weights.get(name, {}).items() if to in left)
    toward = sum(weights[other].get(name, 0) for other in left if other in weights)
    return away - toward + left[name].starts - left[name].ends


def _columns(order: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    place = {name: n for n, name in enumerate(order)}
    column = dict.fromkeys(order, 0)
    for name in order:
        before = [e.source for e in edges if e.target == name and place[e.source] < place[name]]
        column[name] = max((column[source] + 1 for source in before), default=0)
    found: list[list[str]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for name in order:
        found[column[name]].append(name)
    return found


def _spine(graph: Graph, order: Sequence[str], edges: Sequence[Edge]) -> set[str]:
    """Where most cases begin, and from each step the one further on that most go to."""
    way: list[str] = []
    step = max(graph.activities, key=lambda each: each.starts, default=None)
    name = step.name if step else None
    while name is not None:
        way.append(name)
        further = order[order.index(name) + 1 :]
        on = [e for e in edges if e.source == name and e.target in further]
        name = max(on, key=lambda e: e.count).target if on else None
    return set(way)


def _places(
    columns: Sequence[Sequence[str]], edges: Sequence[Edge], spine: Collection[str]
) -> dict[str, Point]:
    """What lies on the way that most cases take stands in the first row, all else below."""
    places: dict[str, Point] = {}
    for number, names in enumerate(columns):
        x = MARGIN + number * ACROSS
        first = [name for name in names if name in spine]
        rest = sorted((_beside(n, places, edges), n) for n in names if n not in spine)
        for row, name in enumerate([*first, *(name for _, name in rest)], 0 if first else 1):
            places[name] = (x, HEAD + row * DOWN)
    return places


def _beside(name: str, places: Mapping[str, Point], edges: Sequence[Edge]) -> float:
    """The middle of what leads to it, weighed by how often."""
    before = [
        (places[e.source][1], e.count) for e in edges if e.target == name and e.source in places
    ]
    every = sum(count for _, count in before)
    return sum(y * count for y, count in before) / every if every else 0.0


def _labelled(ways: Sequence[_Way], boxes: Collection[Point]) -> Iterator[Line]:
    """Where every place is taken, the first one serves."""
    taken = [(x + WIDTH // 2, y + HEIGHT // 2, WIDTH, HEIGHT) for x, y in boxes]
    for way in ways:
        labels = [(x, y, LABEL_WIDTH, LABEL_HEIGHT) for x, y in way.stands]
        free = (each for each in labels if not any(_touch(each, other) for other in taken))
        label = next(free, labels[0])
        taken.append(label)
        yield Line(way.edge, way.path, way.width, label[0], label[1], way.is_back)


def _touch(one: Place, other: Place) -> bool:
    (x, y, width, height), (to_x, to_y, to_width, to_height) = one, other
    return 2 * abs(x - to_x) < width + to_width and 2 * abs(y - to_y) < height + to_height


def _ways(edges: Sequence[Edge], places: Mapping[str, Point]) -> Iterator[_Way]:
    """Lines that run back lie one below the other, so that none hides what another says."""
    most, depth = max((edge.count for edge in edges), default=1), 0
    taken = set(places.values())
    for edge in edges:
        width = round(THINNEST + (THICKEST - THINNEST) * edge.count / most, 1)
        (x, y), (to_x, to_y) = places[edge.source], places[edge.target]
        if edge.source == edge.target:
            yield _loop(edge, min(width, 4.0), x, y)
        elif to_x > x:
            between = any((c, y) in taken for c in range(x + ACROSS, to_x, ACROSS))
            yield _on(edge, width, (x, y), (to_x, to_y), over=between and y == to_y)
        elif to_x == x:
            yield _beside_itself(edge, width, x, y, to_y)
        else:
            yield _back(edge, width, (x, y), (to_x, to_y), depth)
            depth += 1


def _loop(edge: Edge, width: float, x: int, y: int) -> _Way:
    path = _curve((x + 50, y), (x + 46, y - 34), (x + 102, y - 34), (x + 98, y - 3))
    return _Way(edge, path, width, ((x + WIDTH // 2, y - 45),), is_back=True)


def _beside_itself(edge: Edge, width: float, x: int, y: int, to_y: int) -> _Way:
    side, middle, to_middle = x + WIDTH, y + HEIGHT // 2, to_y + HEIGHT // 2
    path = _curve(
        (side, middle), (side + 40, middle), (side + 40, to_middle), (side + 5, to_middle)
    )
    half = (middle + to_middle) // 2
    stands = tuple((side + 40, half + up) for up in (0, -32, 32))
    return _Way(edge, path, width, stands, is_back=y > to_y)


def _on(edge: Edge, width: float, start: Point, end: Point, *, over: bool) -> _Way:
    (x, y), (to_x, to_y) = start, end
    if over:  # above what stands between
        path = _curve((x + 110, y), (x + 130, y - 40), (to_x + 18, y - 40), (to_x + 38, to_y - 5))
        half = (x + to_x + WIDTH) // 2
        stands = tuple((half + aside, y - 47) for aside in (0, ACROSS // 2, -ACROSS // 2))
        return _Way(edge, path, width, stands, is_back=False)
    left, right = x + WIDTH, to_x - 5
    bend, middle, to_middle = (right - left) // 2, y + HEIGHT // 2, to_y + HEIGHT // 2
    path = _curve(
        (left, middle), (left + bend, middle), (right - bend, to_middle), (right, to_middle)
    )
    aside = round(width / 2) + 18
    if y == to_y:
        half = (left + right) // 2
        stands = ((half, middle - aside), (half, middle + aside))
    else:  # beside where it arrives, else where it leaves: there nothing else runs
        inner = -aside if to_y > y else aside
        last, first = to_x - 4 - LABEL_WIDTH // 2, left + LABEL_WIDTH // 2
        stands = (
            *((last, to_middle - inner), (last, to_middle + inner)),
            *((first, middle + inner), (first, middle - inner)),
        )
    return _Way(edge, path, width, stands, is_back=False)


def _back(edge: Edge, width: float, start: Point, end: Point, depth: int) -> _Way:
    (x, y), (to_x, to_y) = start, end
    low = max(y, to_y) + HEIGHT + 22 + 18 * (depth % 4)
    first, last = x + WIDTH // 2 + 24 - 8 * (depth % 4), to_x + WIDTH // 2 + 8 * (depth % 4)
    path = _curve(
        (first, y + HEIGHT), (first, low + 12), (last, low + 12), (last, to_y + HEIGHT + 5)
    )
    half = (first + last) // 2
    stands = tuple((half + aside, low + 16) for aside in (0, 72, -72, 144, -144))
    return _Way(edge, path, width, stands, is_back=True)


def _curve(start: Point, first: Point, second: Point, end: Point) -> str:
    """A cubic Bézier curve in the words of SVG."""
    (sx, sy), (ax, ay), (bx, by), (ex, ey) = start, first, second, end
    return f"M{sx} {sy} C{ax} {ay} {bx} {by} {ex} {ey}"
