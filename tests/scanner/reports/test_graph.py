from __future__ import annotations

from itertools import combinations

from consent.model.categories import Category
from scanner.reports.graph import MAX_NODES, NODE_HEIGHT, PAGE, Graph, graph_of
from tests.scanner.factories import ACCEPT, BEFORE, SHOP, huge_report, report, request, shop_report

TAGS = "https://tags.vendor.example/t.js"
SYNC = "https://sync.other.example/s"


def edges(graph: Graph) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in graph.edges}


def test_a_chain_becomes_layers_from_the_page_to_the_synced_vendor() -> None:
    graph = graph_of(
        report(
            requests=(
                request(TAGS, category=Category.PERFORMANCE, state=ACCEPT, initiators=(SHOP,)),
                request(SYNC, state=ACCEPT, initiators=("https://px.ads.example/p", TAGS, SHOP)),
                request("https://px.ads.example/p", initiators=(TAGS, SHOP)),
            )
        )
    )
    assert edges(graph) == {
        (PAGE, "vendor.example"),
        ("vendor.example", "ads.example"),
        ("ads.example", "other.example"),
    }
    layers = {node.label: node.layer for node in graph.nodes}
    assert layers == {PAGE: 0, "vendor.example": 1, "ads.example": 2, "other.example": 3}
    assert [node.label for node in graph.nodes if node.bad] == ["ads.example"]


def test_circles_end_and_what_nobody_called_hangs_below_the_page() -> None:
    a, b = "https://a.example/x.js", "https://b.example/y.js"
    graph = graph_of(
        report(
            requests=(
                request(a, initiators=(b, SHOP)),
                request(b, initiators=(a, SHOP)),
                request("https://c.example/"),
            )
        )
    )
    assert (PAGE, "c.example") in edges(graph)
    assert not {("a.example", "b.example"), ("b.example", "a.example")} <= edges(graph)


def overlaps(graph: Graph) -> list[tuple[str, str]]:
    return [
        (one.label, other.label)
        for one, other in combinations(graph.nodes, 2)
        if one.x == other.x and abs(one.y - other.y) < NODE_HEIGHT
    ]


def test_five_and_sixty_services_are_drawn_without_overlap_inside_the_drawing() -> None:
    few = graph_of(shop_report())
    many = graph_of(huge_report(items=5, requests=2_000, hosts=300))
    for graph in (few, many):
        assert overlaps(graph) == []
        assert all(0 <= node.y <= graph.height - NODE_HEIGHT for node in graph.nodes)
        assert all(edge.path.startswith("M") for edge in graph.edges)
    assert len(many.nodes) == MAX_NODES
    assert many.left_out == 301 - MAX_NODES


def test_the_same_report_gives_the_same_drawing_and_an_empty_one_the_page_alone() -> None:
    assert graph_of(shop_report()) == graph_of(shop_report())
    (page,) = graph_of(report()).nodes
    assert page.label == PAGE
    assert page.states <= {BEFORE}
