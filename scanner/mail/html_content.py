"""What the HTML of a message loads and where it leads, found without running or fetching any of it.

Mail programs differ: what stands in a conditional comment is loaded by some, so that it counts. Everything is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanner.mail.model import RemoteKind

MAX_ELEMENTS = 20_000
"""Things loaded and links of one message that are looked at."""
MAX_URL = 20_000

_CONDITIONAL = re.compile(
    r"<!--\[if[^\]]{0,200}\]>(?:<!--\s{0,9}-->|<!-->|-->)?|(?:<!--\s{0,9})?<!\[endif\]-->", re.IGNORECASE
)
"""The marks around what only some mail programs show, or all but some (``<!--[if !mso]><!-->…<!--<![endif]-->``)."""
_CSS_URL = re.compile(
    r"""(@import\s+)?url\(\s*(?:"([^"\n]{1,20000})"|'([^'\n]{1,20000})'|([^"'()\s]{1,20000}))\s*\)|@import\s+["']([^"']{1,20000})["']""",
    re.IGNORECASE,
)
"""What none of the next marks may be in is left out of each part, so that a search takes no more than one reading."""
_FONT_FACE = re.compile(r"@font-face\s*\{[^{}]{0,20000}\}", re.IGNORECASE)
_PIXELS = re.compile(r"^\s*(\d{1,5}(?:\.\d+)?)\s*(?:px|pt)?\s*(?:!important\s*)?$", re.IGNORECASE)
_DECLARATION = re.compile(r"(?:^|;)\s*(-?[a-z-]{2,30})\s*:\s*([^;]{0,500})", re.IGNORECASE)
_SOURCES: dict[str, tuple[tuple[str, RemoteKind], ...]] = {
    "img": (("src", "image"),),
    "amp-img": (("src", "image"),),
    "amp-pixel": (("src", "image"),),
    "input": (("src", "image"),),
    "image": (("href", "image"), ("xlink:href", "image")),
    "v:image": (("src", "image"),),
    "v:fill": (("src", "image"),),
    "v:imagedata": (("src", "image"),),
    "video": (("src", "media"), ("poster", "image")),
    "audio": (("src", "media"),),
    "source": (("src", "media"),),
    "bgsound": (("src", "media"),),
    "embed": (("src", "media"),),
    "object": (("data", "media"),),
    "iframe": (("src", "frame"),),
    "frame": (("src", "frame"),),
    "script": (("src", "script"),),
}
_HINTS = {"preload", "prefetch", "preconnect", "dns-prefetch"}


@dataclass(slots=True)
class Loaded:
    """One address that is loaded, the size that is written beside it, and how it is hidden."""

    url: str
    kind: RemoteKind
    size: str = ""
    hidden: str = ""


@dataclass(slots=True)
class Content:
    """What HTML loads, where it links (address and words), and whether there was more than is looked at."""

    loaded: list[Loaded] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    cut: bool = False


def content_of(html: str) -> Content:
    """Return what a message's HTML loads and links to, in its order."""
    found = Content()
    tree = LexborHTMLParser(_CONDITIONAL.sub("", html))
    root = tree.root
    if root is None:
        return found
    for count, node in enumerate(root.traverse(include_text=False)):
        if count >= 50 * MAX_ELEMENTS or len(found.loaded) + len(found.links) >= MAX_ELEMENTS:
            found.cut = True
            break
        _element(node, found)
    return found


def _element(node: LexborNode, found: Content) -> None:
    tag = (node.tag or "").lower()
    attributes = node.attributes
    if tag == "style":
        found.loaded.extend(_of_css(node.text(deep=True)))
    elif tag in {"a", "area", "form"}:
        if href := web_address(attributes.get("action" if tag == "form" else "href")):
            words = node.text(deep=True, separator=" ")[:300] or str(attributes.get("title") or "")
            found.links.append((href, " ".join(words.split())))
    elif tag == "link":
        found.loaded.extend(_of_link(attributes))
    sources = [*_sources(tag, attributes)]
    if sources:
        size, hidden = _size(attributes), _hidden(node)
        found.loaded.extend(Loaded(url, kind, size, hidden) for url, kind in sources)


def _sources(tag: str, attributes: dict[str, str | None]) -> Iterator[tuple[str, RemoteKind]]:
    """Yield what an element loads by its attributes."""
    for name, kind in _SOURCES.get(tag, ()):
        if url := web_address(attributes.get(name)):
            yield url, kind
    if tag in {"img", "source", "amp-img"}:
        for candidate in str(attributes.get("srcset") or "").split(", ")[:20]:
            if url := web_address(candidate.strip().partition(" ")[0]):
                yield url, "image"
    if url := web_address(attributes.get("background")):
        yield url, "image"
    if "url" in (style := str(attributes.get("style") or "").lower()) or "@import" in style:
        yield from ((one.url, one.kind) for one in _of_css(str(attributes["style"])))


def _of_link(attributes: dict[str, str | None]) -> Iterator[Loaded]:
    words = set(str(attributes.get("rel") or "").lower().split())
    url = web_address(attributes.get("href"))
    if not url:
        return
    if "stylesheet" in words:
        yield Loaded(url, "stylesheet")
    elif words & _HINTS:
        yield Loaded(url, "hint")


def _of_css(css: str) -> Iterator[Loaded]:
    fonts = {_named(match) for face in _FONT_FACE.findall(css) for match in _CSS_URL.finditer(face)}
    for match in _CSS_URL.finditer(css):
        if url := web_address(_named(match)):
            imported = bool(match[1] or match[5])
            yield Loaded(url, "stylesheet" if imported else "font" if _named(match) in fonts else "image")


def _named(match: re.Match[str]) -> str:
    """Return the address that a part of a style sheet names, however it is quoted."""
    return match[2] or match[3] or match[4] or match[5]


def web_address(value: object) -> str:
    """Return an address that leads to a host, with its scheme; empty for any other (data, cid, mailto, relative)."""
    text = str(value or "").strip()[:MAX_URL]
    text = re.sub(r"[\t\r\n]", "", text).encode("utf-8", "replace").decode("utf-8", "replace")
    if text.startswith("//"):
        text = f"https:{text}"
    return text if re.match(r"https?://[^\s/?#]", text, re.IGNORECASE) else ""


def _style(attributes: dict[str, str | None]) -> dict[str, str]:
    return {
        name.lower(): value.strip().lower()
        for name, value in _DECLARATION.findall(str(attributes.get("style") or "")[:5_000])
    }


def _size(attributes: dict[str, str | None]) -> str:
    """Return width and height as written, whichever of attribute and style is smaller; empty where one is missing."""
    style = _style(attributes)
    sides = []
    for name in ("width", "height"):
        values = [
            float(match[1])
            for text in (attributes.get(name), style.get(name), style.get(f"max-{name}"))
            if text is not None and (match := _PIXELS.match(str(text)))
        ]
        if not values:
            return ""
        sides.append(f"{min(values):g}")
    return "x".join(sides)


def _hidden(node: LexborNode) -> str:
    """Return how an element or one of its four next ancestors is kept from sight."""
    here: LexborNode | None = node
    for _ in range(5):
        if here is None:
            break
        attributes = here.attributes
        style = _style(attributes)
        if "hidden" in attributes:
            return "hidden"
        for name, values in (
            ("display", ("none",)), ("visibility", ("hidden",)), ("opacity", ("0", "0.0")), ("mso-hide", ("all",)),
            ("max-height", ("0", "0px")), ("max-width", ("0", "0px")),
        ):  # fmt: skip
            if style.get(name, "").removesuffix("!important").strip() in values:
                return f"{name}: {style[name].removesuffix('!important').strip()}"
        here = here.parent
    return ""
