"""Who called whom: the page, the scripts that it loads, and whom those call in turn, laid out in layers.

The layout is our own and small, because a report must need nothing at run time, be the same for the same scan, and hold
five services as well as sixty: longest-path layers, barycentres against crossings, then places that follow neighbours
(K. Sugiyama and others, "Methods for Visual Understanding of Hierarchical System Structures", 1981).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from consent.model.categories import CATEGORIES, Category, ConsentState, Party
from scanner.evidence import UNCONSENTED_STATES, label_of
from scanner.parties import host_of, registrable_domain
from scanner.report import Report

MAX_NODES = 60
MAX_EDGES = 220
MAX_LAYERS = 7
MAX_ROWS = 20
"""Services in one layer; those beyond that call nobody further stand one layer further right."""
PAGE = "The site's own pages"
_STRICTNESS = (Category.UNCLASSIFIED, *CATEGORIES)

NODE_WIDTH = 208
NODE_HEIGHT = 26
_LAYER_GAP = 84
_GAP = 9
_DUMMY = 2
_DUMMY_GAP = 3
_MARGIN = 6


@dataclass
class Node:
    """One service, or the page; ``x``, ``y`` are its upper left corner in pixels."""

    label: str
    category: Category = Category.NECESSARY
    hosts: set[str] = field(default_factory=set)
    states: set[ConsentState] = field(default_factory=set)
    requests: int = 0
    layer: int = 0
    x: float = 0.0
    y: float = 0.0

    @property
    def bad(self) -> bool:
        """Whether it was called without the consent that it needs."""
        return self.category.needs_consent and bool(self.states & set(UNCONSENTED_STATES))


@dataclass
class Edge:
    """One caller and one called; ``path`` is the line's SVG path."""

    source: str
    target: str
    count: int = 0
    states: set[ConsentState] = field(default_factory=set)
    path: str = ""


@dataclass(frozen=True)
class Graph:
    """A drawing of ``width`` by ``height`` pixels; ``left_out`` counts the services that it does not show."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int
    left_out: int = 0


def graph_of(report: Report) -> Graph:
    """Return the laid-out graph of a report; that of a report without third parties has the page alone."""
    nodes, edges = _collect(report)
    kept = sorted(
        nodes.values(), key=lambda node: (node.label != PAGE, not node.bad, -node.requests, node.label)
    )[:MAX_NODES]
    shown = {node.label: node for node in kept}
    lines = [edge for edge in edges.values() if edge.source in shown and edge.target in shown]
    lines.sort(key=lambda edge: (-edge.count, edge.source, edge.target))
    lines = _rooted(shown, _acyclic(lines[:MAX_EDGES]))
    _layers(shown, lines)
    width, height = _place(shown, lines)
    return Graph(
        nodes=tuple(sorted(kept, key=lambda node: (node.layer, node.y, node.label))),
        edges=tuple(sorted(lines, key=lambda edge: (edge.source, edge.target))),
        width=width,
        height=height,
        left_out=len(nodes) - len(kept),
    )


def _collect(report: Report) -> tuple[dict[str, Node], dict[tuple[str, str], Edge]]:
    site = registrable_domain(host_of(report.start_url))
    label_of_host: dict[str, str] = {}
    nodes: dict[str, Node] = {PAGE: Node(PAGE)}
    for request in report.requests:
        label = label_of_host.setdefault(request.host, label_of(request))
        node = nodes.setdefault(label, Node(label, request.category))
        node.category = max(node.category, request.category, key=_STRICTNESS.index)
        node.hosts.add(request.host)
        node.states.add(request.state)
        node.requests += request.count
    edges: dict[tuple[str, str], Edge] = {}
    for request in report.requests:
        chain = [_label(url, label_of_host, site) for url in reversed(request.initiators)]
        if request.party is Party.FIRST or not chain or chain[0] != PAGE:
            chain.insert(0, PAGE)
        chain.append(label_of_host[request.host])
        for source, target in pairwise(chain):
            if target not in {source, PAGE}:
                nodes.setdefault(source, Node(source, Category.UNCLASSIFIED))
                nodes.setdefault(target, Node(target, Category.UNCLASSIFIED))
                edge = edges.setdefault((source, target), Edge(source, target))
                edge.count += request.count
                edge.states.add(request.state)
    return nodes, edges


def _label(url: str, label_of_host: dict[str, str], site: str) -> str:
    host = host_of(url)
    if host in label_of_host:
        return label_of_host[host]
    domain = registrable_domain(host)
    return PAGE if domain == site or not host else domain


def _acyclic(edges: list[Edge]) -> list[Edge]:
    """Leave out the rarer edge of each circle: the list comes with the most frequent first."""
    after: dict[str, set[str]] = defaultdict(set)
    kept = []
    for edge in edges:
        if not _reaches(after, edge.target, edge.source):
            after[edge.source].add(edge.target)
            kept.append(edge)
    return kept


def _reaches(after: dict[str, set[str]], start: str, goal: str) -> bool:
    queue, seen = [start], {start}
    while queue:
        here = queue.pop()
        if here == goal:
            return True
        queue += (further := after[here] - seen)
        seen |= further
    return False


def _rooted(nodes: dict[str, Node], edges: list[Edge]) -> list[Edge]:
    """Hang what nobody is known to have called below the page."""
    called = {edge.target for edge in edges}
    orphans = [label for label in sorted(nodes) if label != PAGE and label not in called]
    return edges + [Edge(PAGE, label, nodes[label].requests, set(nodes[label].states)) for label in orphans]


def _layers(nodes: dict[str, Node], edges: list[Edge]) -> None:
    for _ in range(MAX_LAYERS):
        for edge in edges:
            source, target = nodes[edge.source], nodes[edge.target]
            target.layer = min(MAX_LAYERS - 1, max(target.layer, source.layer + 1))
    calling = {edge.source for edge in edges}
    for number in range(1, MAX_LAYERS - 1):
        layer = [node for node in nodes.values() if node.layer == number]
        leaves = sorted(
            (node for node in layer if node.label not in calling),
            key=lambda node: (not node.bad, -node.requests, node.label),
        )
        for node in leaves[max(0, MAX_ROWS - (len(layer) - len(leaves))) :]:
            node.layer += 1


def _place(nodes: dict[str, Node], edges: list[Edge]) -> tuple[int, int]:
    """Give each node its place and each edge its line; returns width and height of the drawing."""
    layers: dict[int, list[str]] = defaultdict(list)
    sizes: dict[str, float] = {}
    for node in sorted(nodes.values(), key=lambda node: (not node.bad, node.label)):
        layers[node.layer].append(node.label)
        sizes[node.label] = NODE_HEIGHT
    ways: dict[int, list[str]] = {}
    near: dict[str, list[str]] = defaultdict(list)
    for number, edge in enumerate(edges):
        first, last = nodes[edge.source].layer, nodes[edge.target].layer
        way = [edge.source]
        for layer in range(first + 1, last):  # a long line gets a place in each layer that it crosses
            way.append(f"\0{number}.{layer}")
            layers[layer].append(way[-1])
            sizes[way[-1]] = _DUMMY
        way.append(edge.target)
        ways[number] = way
        for one, other in pairwise(way):
            near[one].append(other)
            near[other].append(one)
    order = [layers[number] for number in sorted(layers)]
    _ordered(order, near)
    tops = _tops(order, near, sizes)
    left = {
        label: number * (NODE_WIDTH + _LAYER_GAP) + _MARGIN
        for number, layer in enumerate(order)
        for label in layer
    }
    for label, node in nodes.items():
        node.x, node.y = left[label], round(tops[label], 1)
    for number, edge in enumerate(edges):
        middle = [(float(left[label]), round(tops[label] + sizes[label] / 2, 1)) for label in ways[number]]
        edge.path = _line(middle)
    width = (len(order) - 1) * (NODE_WIDTH + _LAYER_GAP) + NODE_WIDTH + 2 * _MARGIN
    height = max((tops[label] + sizes[label] for layer in order for label in layer), default=NODE_HEIGHT)
    return int(width), int(height + _MARGIN) + 1


def _ordered(order: list[list[str]], near: dict[str, list[str]]) -> None:
    """Sort each layer by the middle of its neighbours' places, up and down, until lines cross little."""
    places = {label: number for layer in order for number, label in enumerate(layer)}
    layer_of = {label: number for number, layer in enumerate(order) for label in layer}
    for turn in range(12):
        down = turn % 2 == 0
        for number in range(1, len(order)) if down else range(len(order) - 2, -1, -1):
            beside = number - 1 if down else number + 1
            middle = {
                label: _mean((places[one] for one in near[label] if layer_of[one] == beside), places[label])
                for label in order[number]
            }
            order[number].sort(key=lambda label: (middle[label], places[label]))
            places.update({label: place for place, label in enumerate(order[number])})


def _tops(order: list[list[str]], near: dict[str, list[str]], sizes: dict[str, float]) -> dict[str, float]:
    """Place each layer from the top, then move nodes towards their neighbours as far as the next ones allow."""
    tops: dict[str, float] = {}
    for layer in order:
        top = float(_MARGIN)
        for label in layer:
            tops[label] = top
            top += sizes[label] + _gap(label)
    for turn in range(6):
        for layer in order if turn % 2 == 0 else reversed(order):
            wanted = {
                label: _mean(
                    (tops[one] + sizes[one] / 2 for one in near[label]), tops[label] + sizes[label] / 2
                )
                - sizes[label] / 2
                for label in layer
            }
            floor = float(_MARGIN)
            for label in layer:
                tops[label] = max(floor, wanted[label])
                floor = tops[label] + sizes[label] + _gap(label)
            _pull_up(layer, tops, wanted)
    least = min(tops.values(), default=0.0) - _MARGIN
    return {label: top - least for label, top in tops.items()}


def _gap(label: str) -> int:
    return _DUMMY_GAP if label.startswith("\0") else _GAP


def _pull_up(layer: list[str], tops: dict[str, float], wanted: dict[str, float]) -> None:
    """Let a layer that was pushed down move up by half of what it is off, as one."""
    off = _mean((tops[label] - wanted[label] for label in layer), 0.0)
    if off > 0 and layer:
        move = min(off / 2, tops[layer[0]] - _MARGIN)
        for label in layer:
            tops[label] -= max(0.0, move)


def _line(middle: list[tuple[float, float]]) -> str:
    (x, y), *rest = middle
    x += NODE_WIDTH
    path = f"M{x:g} {y:g}"
    for number, (left, height) in enumerate(rest):
        bend = (left - x) / 2
        path += f"C{x + bend:g} {y:g} {left - bend:g} {height:g} {left:g} {height:g}"
        x, y = left, height
        if number < len(rest) - 1:
            x += NODE_WIDTH
            path += f"H{x:g}"
    return path


def _mean(values: Iterable[float], default: float) -> float:
    found = list(values)
    return sum(found) / len(found) if found else default
