"""Reads the objects that are written in a JavaScript file, by a parser; nothing of the file is ever run.

Literals become values; a regular expression becomes a `Pattern`; whatever would have to be run (functions, variables,
calls) becomes None. Depth and number of values are bounded, for the file is somebody else's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from consent.model.errors import ConfigError

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 40
MOST_VALUES = 200_000
MOST_OBJECTS = 500
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)


class Pattern(NamedTuple):
    """A regular expression as it is written, without the slashes; it is never compiled."""

    text: str


def objects_of(text: str) -> list[dict[str, Any]]:
    """Return the objects of a file that are not inside another object, in their order.

    Raises `ConfigError` where it holds more than the bounds allow.
    """
    if text.lstrip().startswith("{"):
        text = f"({text})"  # alone, it would be a block and not an object
    reader = _Reader()
    found: list[dict[str, Any]] = []
    waiting = [_root(text)]
    while waiting and len(found) < MOST_OBJECTS:
        node = waiting.pop()
        reader.count()
        if node.type == "object":
            found.append(reader.object(node, 0))
        else:
            waiting.extend(reversed(node.named_children))
    return found


def assigned_arrays(text: str) -> list[tuple[str, list[Any]]]:
    """Return the arrays that a file assigns, each with the name that it is assigned to, as ``Dialog.table = […]``.

    Raises `ConfigError` where it holds more than the bounds allow.
    """
    reader = _Reader()
    found: list[tuple[str, list[Any]]] = []
    waiting = [_root(text)]
    while waiting and len(found) < MOST_OBJECTS:
        node = waiting.pop()
        reader.count()
        if node.type in {"assignment_expression", "variable_declarator"}:
            name = node.child_by_field_name("left") or node.child_by_field_name("name")
            value = node.child_by_field_name("right") or node.child_by_field_name("value")
            if name is not None and value is not None and value.type == "array":
                found.append((_text(name), reader.value(value, 0)))
                continue
        waiting.extend(reversed(node.named_children))
    return found


def _root(text: str) -> Node:
    try:
        import tree_sitter  # noqa: PLC0415 - an optional extra
        import tree_sitter_javascript  # noqa: PLC0415 - an optional extra
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"Reading JavaScript needs {error.name}.", hint="pip install 'consentry[scan]'"
        ) from error
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
    return parser.parse(text.encode("utf-8", "replace")).root_node


class _Reader:
    """Turns nodes into values and counts them."""

    def __init__(self) -> None:
        self._count = 0

    def count(self) -> None:
        self._count += 1
        if self._count > MOST_VALUES:
            raise ConfigError(
                f"The file holds more than {MOST_VALUES:,} values.",
                hint="Give the configuration alone, not the whole program.",
            )

    def object(self, node: Node, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for pair in node.named_children:
            if pair.type == "pair":
                key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
                if key is not None and value is not None:
                    found[self._key(key)] = self.value(value, depth + 1)
            elif pair.type == "method_definition" and (name := pair.child_by_field_name("name")) is not None:
                found[self._key(name)] = None
        return found

    def _key(self, node: Node) -> str:
        if node.type == "string":
            return _string(node)
        return _text(node)

    def value(self, node: Node, depth: int) -> Any:  # noqa: PLR0911 - one kind of node, one answer
        self.count()
        if depth > DEEPEST:
            return None
        kind = node.type
        if kind == "object":
            return self.object(node, depth)
        if kind == "array":
            return [self.value(child, depth + 1) for child in node.named_children if child.type != "comment"]
        if kind == "string":
            return _string(node)
        if kind == "template_string":
            parts = node.named_children
            return (
                None
                if any(p.type == "template_substitution" for p in parts)
                else _unescaped(_text(node)[1:-1])
            )
        if kind == "regex":
            pattern = node.child_by_field_name("pattern")
            return Pattern(_text(pattern)) if pattern is not None else None
        if kind in {"true", "false"}:
            return kind == "true"
        if kind == "number":
            return _number(_text(node))
        if (
            kind in {"parenthesized_expression", "satisfies_expression", "as_expression"}
            and node.named_children
        ):
            return self.value(node.named_children[0], depth + 1)
        return None


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _string(node: Node) -> str:
    return _unescaped(_text(node)[1:-1])


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "ux" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        return chr(number) if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else "\ufffd"
    return _ESCAPES.get(code, code)


def _number(text: str) -> float | None:
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return None


def names_of_pattern(text: str) -> tuple[str, ...]:
    r"""Return a regular expression as names with ``*``; nothing where it cannot be said so.

    ``^_ga`` is ``_ga*``, ``^(_gid|_gat)$`` is ``_gid`` and ``_gat``. Classes, repetitions and groups inside become ``*``,
    which says a little more than they do.
    """
    text = text[:_LONGEST_PATTERN]
    start, end = text.startswith("^"), text.endswith("$") and not text.endswith("\\$")
    inner = text[int(start) : len(text) - int(end)]
    whole = _WHOLE_GROUP.fullmatch(inner)
    parts = _ALTERNATIVES.split(whole[1] if whole else _without_groups(inner))
    if any("(" in part or ")" in part for part in parts):
        return ()
    if len(parts) > 1 and not whole and (start or end):
        return ()  # ^a|b means something else than ^(a|b)
    names = (f"{'' if start else '*'}{_literal(part)}{'' if end else '*'}" for part in parts)
    return tuple(dict.fromkeys(re.sub(r"\*+", "*", name) for name in names))


_LONGEST_PATTERN = 500
_WHOLE_GROUP = re.compile(r"\((?:\?:)?([^()]*)\)")
_ALTERNATIVES = re.compile(r"\|")
_GROUP = re.compile(r"\([^()]*\)(?:[*+?]|\{[0-9,]*\})?")
_GROUPS_DEEP = 8
_PIECE = re.compile(
    r"(?P<any>\\[A-Za-z0-9]|\[[^\]]*\]|[\0.^$])(?:[*+?]|\{[0-9,]*\})?"
    r"|\\(?P<escaped>.)|(?P<repeated>.)(?:[*+?]|\{[0-9,]*\})|(?P<plain>.)",
    re.DOTALL,
)


def _without_groups(text: str) -> str:
    """Return a pattern with NUL, which no name holds, for each group; what is inside may be anything."""
    for _ in range(_GROUPS_DEEP):
        if "(" not in text:
            break
        text = _GROUP.sub("\0", text)
    return text


def _literal(part: str) -> str:
    """Return the literal characters of an alternative, with ``*`` for everything else."""
    return "".join(found["escaped"] or found["plain"] or "*" for found in _PIECE.finditer(part))
