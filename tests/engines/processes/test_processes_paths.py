"""Paths through a graph, against the long way round."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engines.processes import graph

quick = settings(deadline=None, max_examples=100)
NODES = "abcdefg"
Edges = dict[str, list[str]]
graphs: st.SearchStrategy[Edges] = st.fixed_dictionaries(
    {node: st.lists(st.sampled_from(NODES), max_size=3, unique=True) for node in NODES}
)
starts = st.lists(st.sampled_from(NODES), min_size=1, max_size=2, unique=True)


@quick
@given(graphs, starts)
def test_what_every_way_passes_is_what_nobody_gets_by_without(edges: Edges, begins: list[str]):
    above = graph.dominators(edges, begins)

    assert set(above) == graph.reached(edges, begins)
    for node in above:
        without = {other: graph.reached(edges, begins, without={other}) for other in above}
        expected = {other for other in above if other != node and node not in without[other]}
        assert set(graph.passed(above, node)) == expected


@quick
@given(graphs, starts)
def test_the_last_that_every_way_passes_comes_first(edges: Edges, begins: list[str]):
    above = graph.dominators(edges, begins)

    for node in above:
        chain = list(graph.passed(above, node))
        for near, far in zip(chain, chain[1:], strict=False):
            assert far in graph.passed(above, near)


@quick
@given(graphs, starts)
def test_each_node_comes_before_those_that_only_it_leads_to(edges: Edges, begins: list[str]):
    order = graph.forward(edges, begins)
    place = {node: number for number, node in enumerate(order)}

    assert set(order) == graph.reached(edges, begins)
    assert len(place) == len(order)
    for node, before in graph.dominators(edges, begins).items():
        assert before is None or place[before] < place[node]


def test_what_nothing_leads_to_is_passed_by_nobody():
    above = graph.dominators({"a": ["b"], "b": [], "c": ["b"]}, ["a"])

    assert above == {"a": None, "b": "a"}
    assert list(graph.passed(above, "c")) == []
