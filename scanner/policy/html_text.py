"""From a policy's HTML to its text: the main content, one line a paragraph, tables as rows, links with their place.

The page is hostile: nothing of it is run or fetched, its depth does not matter (no recursion), and what it writes is
text from here on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanner.policy.model import Block, BlockKind, Document, Link

_GONE = {
    "script", "style", "noscript", "template", "svg", "nav", "select", "button", "textarea", "iframe", "object",
    "canvas", "audio", "video", "math", "head", "dialog", "option", "datalist", "map",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul", "br",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_ROLES = {"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar"}
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookie-?(?:banner|bar|notice|consent|law|popup)|consent-?(?:banner|popup|manager)|navbar|nav-?menu"
    r"|main-?menu|site-?(?:header|footer|nav)|page-?footer|footer|breadcrumbs?|side-?bar|skip-?links?|social-?(?:links|icons))"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\x00-\x08\x0b-\x1f\x7f]")
_SPACE = re.compile(r"\s+")
_WIDEST_CELL = 800
"""Characters; a table whose cell holds more is one for layout."""
_MAIN_SHARE = 0.5
_FURNITURE_SHARE = 0.4


class _Writer:
    """Builds the text, and remembers where blocks and links stand in it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.tables = 0
        self._start = 0
        self._kind: BlockKind = "paragraph"
        self._space = False

    def begin(self, kind: BlockKind) -> None:
        self.end()
        self._kind = kind

    def add(self, text: str) -> None:
        text = _SPACE.sub(" ", _HIDDEN.sub("", text))
        if not text:
            return
        empty = self.length == self._start
        if text[0] == " " or self._space:
            text = text.lstrip(" ")
            if not text:
                self._space = not empty
                return
            if not empty:
                text = f" {text}"
        self._space = text.endswith(" ")
        self._put(text.rstrip(" "))

    def end(self) -> None:
        if self.length > self._start:
            self.blocks.append(Block(self._start, self.length, self._kind))
            self._put("\n")
        self._start, self._space, self._kind = self.length, False, "paragraph"

    def row(self, cells: list[str]) -> None:
        self.end()
        spans = []
        for number, cell in enumerate(cells):
            if number:
                self._put(" | ")
            spans.append((self.length, self.length + len(cell)))
            self._put(cell)
        self.blocks.append(Block(self._start, self.length, "row", tuple(spans), self.tables))
        self._put("\n")
        self._start = self.length

    def link(self, start: int, url: str) -> None:
        self.links.append(Link(min(start, self.length), self.length, url))

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def document_of(html: str, source: str, host: str = "") -> Document:
    """Read HTML; the text may be empty where a page holds none."""
    parser = LexborHTMLParser(html)
    writer = _Writer()
    root = _main(parser.body) if parser.body is not None else None
    if root is not None:
        _write(root, writer)
    writer.end()
    title = parser.css_first("title") or parser.css_first("h1")
    return Document(
        source=source,
        media="html",
        text="".join(writer.parts),
        blocks=tuple(writer.blocks),
        links=tuple(writer.links),
        title=_flat(title) if title is not None else "",
        host=host,
    )


def _main(body: LexborNode) -> LexborNode:
    """Return what holds the policy: ``main`` or ``article`` where it has most of the text, else the whole body."""
    whole = len(_flat(body)) or 1
    for tag in ("main", "article", "[role=main]"):
        for found in body.css(tag):
            if len(_flat(found)) > whole * _MAIN_SHARE:
                return found
    return body


def _write(root: LexborNode, writer: _Writer) -> None:
    """Walk the tree without recursion; what is called on the stack ends an element."""
    whole = len(_flat(root)) or 1
    stack: list[LexborNode | Callable[[], None]] = [root]
    while stack:
        node = stack.pop()
        if not isinstance(node, LexborNode):
            node()
            continue
        tag = node.tag or ""
        if tag == "-text":
            writer.add(node.text_content or "")
        elif not (
            tag.startswith("-") or tag in _GONE or (node is not root and _is_furniture(node, tag, whole))
        ):
            if tag == "tr" and _write_row(node, writer):
                continue
            end = _begin(node, tag, writer)
            if end is not None:
                stack.append(end)
            stack.extend(reversed(list(_children(node))))


def _begin(node: LexborNode, tag: str, writer: _Writer) -> Callable[[], None] | None:
    """Begin what an element stands for, and return what ends it."""
    if tag == "a":
        return partial(writer.link, writer.length, (node.attributes.get("href") or "").strip())
    if tag == "table":
        writer.tables += 1
    if tag in _HEADINGS:
        writer.begin("heading")
    elif tag in _BLOCKS:
        writer.begin("item" if tag in {"li", "dd"} else "paragraph")
    else:
        return None
    return writer.end


def _write_row(row: LexborNode, writer: _Writer) -> bool:
    """Write a table's row as one line; False where the table is one for layout."""
    cells = [child for child in _children(row) if child.tag in {"td", "th"}]
    if not cells or any(cell.css_first("table, h1, h2, h3, h4, h5, h6") is not None for cell in cells):
        return False
    texts = [_flat(cell) for cell in cells]
    if len(texts) < 2 or max(map(len, texts)) > _WIDEST_CELL:
        return False
    if not any(texts):
        return True
    start = writer.length
    writer.row(texts)
    for link in row.css("a[href]"):
        writer.links.append(Link(start, writer.length, (link.attributes.get("href") or "").strip()))
    return True


def _is_furniture(node: LexborNode, tag: str, whole: int) -> bool:
    attributes = node.attributes
    marked = (
        tag in {"footer", "aside"}
        or (attributes.get("role") or "").lower() in _ROLES
        or (
            tag in {"div", "section", "ul"}
            and _FURNITURE.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
        )
    )
    if marked:
        return len(_flat(node)) < whole * _FURNITURE_SHARE
    if tag == "ul":
        return _is_menu(node)
    return False


def _is_menu(node: LexborNode) -> bool:
    """Whether a list holds nothing but links to the site's own pages, as a menu or a table of contents does."""
    links = node.css("a[href]")
    if len(links) < 3:
        return False
    linked = sum(len(_flat(link)) for link in links)
    own = all(not re.match(r"(?i)https?:", (link.attributes.get("href") or "").strip()) for link in links)
    return own and linked >= 0.95 * len(_flat(node))


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _flat(node: LexborNode) -> str:
    """The text under a node on one line, with a space between elements."""
    pieces = []
    stack = [node]
    while stack:
        one = stack.pop()
        if one.tag == "-text":
            pieces.append(one.text_content or "")
        elif one.tag not in _GONE:
            if one.tag in _BLOCKS:
                pieces.append(" ")
            stack.extend(reversed(list(_children(one))))
    return _SPACE.sub(" ", _HIDDEN.sub("", "".join(pieces))).strip()
