"""Which flows of a joining gateway a token can still arrive by, held against a plain search."""

from hypothesis import given, settings

from tests.engines.processes.standard.graphs import definition, paths
from tongban.engines.processes import Definition, graph

NOTHING: frozenset[str] = frozenset()


def searched(process: Definition, gateway: str) -> dict[str, frozenset[str]]:
    """Backwards from each incoming flow, never through the gateway."""
    back = graph.reversed_(graph.successors(process.nodes, process.flows))
    found: dict[str, frozenset[str]] = {}
    for flow in process.nodes[gateway].incoming:
        for node in graph.reached(back, [process.flows[flow].source], without={gateway}):
            found[node] = found.get(node, NOTHING) | {flow}
    return found


def test_paths_through_the_gateway_itself_do_not_count():
    process = definition("start o1 t1 o2 x3 end", "o1 t2 o2", "x3 t4 o1")
    toward = process.upstream["o2"]

    assert (toward["t1"], toward["t2"]) == ({"t1-o2"}, {"t2-o2"})
    assert toward["x3"] == toward["start"] == {"t1-o2", "t2-o2"}
    assert toward["o2"] == toward["end"] == NOTHING
    assert toward.get("nobody", NOTHING) == NOTHING
    assert set(process.upstream) == {"o1", "o2"}


@given(paths("xot", circles=True))
@settings(max_examples=60, deadline=None)
def test_what_is_looked_up_when_asked_is_what_a_plain_search_finds(drawn: list[str]):
    process = definition(*drawn)

    for gateway, toward in process.upstream.items():
        expected = searched(process, gateway)
        assert {node: flows for node, flows in toward.items() if flows} == expected
    assert len(process.upstream) == len(list(process.upstream))


def test_an_answer_is_looked_up_once():
    process = definition("start o1 t1 o2 end", "o1 t2 o2")
    assert process.upstream["o2"]["t1"] == {"t1-o2"}
    looked_at = process.upstream.visited

    assert process.upstream["o2"]["t1"] == {"t1-o2"}
    assert process.upstream.visited == looked_at > 0
    assert len(process.upstream["o2"]) == len(process.nodes)
