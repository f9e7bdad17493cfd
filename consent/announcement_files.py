"""An announcement from files: the JSON or the Markdown that `consentry policy notice` writes, or any Markdown or plain text.

Markdown is read by CommonMark's rules and kept as plain text: its first heading is the title, its paragraphs and lists stay as
they are, and a last paragraph that ends in an address becomes the link. Nothing in it becomes mark-up in a visitor's page.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from consent.model.announcements import AnnouncedText, NewAnnouncement
from consent.model.errors import ConfigError

_LARGEST = 200_000


def read(path: Path) -> str:
    """Return what a file holds; raises `ConfigError` where it cannot be read, is too large, or is no text."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is no text in UTF-8.", hint="Save it as UTF-8.") from error
    if len(content) > _LARGEST:
        raise ConfigError(f"{path}: expected at most {_LARGEST} bytes, got {len(content)}.")
    return text


def is_data(text: str) -> bool:
    """Say whether a file's text is JSON rather than what people read."""
    return text.lstrip().startswith("{")


def from_data(text: str, where: str) -> NewAnnouncement:
    """Return the announcement of a JSON file; raises `ConfigError` that names the file and the field."""
    try:
        return msgspec.json.decode(text, type=NewAnnouncement)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ConfigError(
            f"{where}: is no announcement: {error}.",
            hint='Expected {"until": "2026-12-25", "texts": {"en": {"title": "…", "text": "…"}}}, as consentry policy notice --format json writes it.',
        ) from error


def from_markdown(text: str) -> tuple[AnnouncedText, str]:
    """Return a text, and the address that its last paragraph ends in, empty where it does not."""
    tokens = MarkdownIt("commonmark", {"html": False}).parse(text)
    title, link = "", ""
    blocks: list[str] = []
    depth = 0  # of lists
    for place, token in enumerate(tokens):
        depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type != "inline":
            if token.type in {"fence", "code_block"}:
                blocks.append(token.content.strip())
            continue
        content = _plain(token)
        if tokens[place - 1].type == "heading_open" and not title and not blocks:
            title = content
        elif depth:
            entry = f"- {content}"
            if blocks and blocks[-1].startswith("- "):
                blocks[-1] += f"\n{entry}"
            else:
                blocks.append(entry)
        else:
            # A line that begins like an entry of a list, though Markdown says that it is none.
            blocks.append(content if not content.startswith("- ") else f"\u2013{content[1:]}")
            link = _last_address(token)
    if link:
        blocks.pop()
    return AnnouncedText(title=title, text="\n\n".join(blocks)), link


def _plain(token: Token) -> str:
    """Return the words of a line of Markdown; a picture leaves its own."""
    words = []
    for one in token.children or ():
        if one.type in {"softbreak", "hardbreak"}:
            words.append(" ")
        else:
            words.append(one.content)
    return " ".join("".join(words).split())


def _last_address(token: Token) -> str:
    """Return the address in which a paragraph ends, where it is written out (``<https://…>``)."""
    children = token.children or []
    if len(children) < 3 or children[-1].type != "link_close" or children[-1].info != "auto":
        return ""
    return str(children[-3].attrs.get("href", ""))
