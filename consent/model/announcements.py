"""What a site announces to visitors who come back: a dated text in each language, such as the notice of a change of its policy.

It is published with the inventory and is no part of the notice that consent was given to: to announce a change asks nobody again.
"""

from __future__ import annotations

import hashlib

import msgspec

MOST_TITLE = 120
MOST_TEXT = 4_000
MOST_BLOCKS = 40


class AnnouncedText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One language's text, plain: paragraphs with an empty line between, and lists whose lines begin with ``- ``.

    An empty ``title`` stands for the widget's own words, "Privacy policy".
    """

    text: str
    title: str = ""

    def blocks(self) -> tuple[str | tuple[str, ...], ...]:
        """Return the paragraphs as text, and each list as a tuple of its entries; in the order of the text."""
        found: list[str | tuple[str, ...]] = []
        paragraph: list[str] = []
        entries: list[str] = []

        def end() -> None:
            if paragraph:
                found.append(" ".join(paragraph))
            if entries:
                found.append(tuple(entries))
            paragraph.clear()
            entries.clear()

        for line in (*map(str.strip, self.text.splitlines()), ""):
            if not line:
                end()
            elif line.startswith("- "):
                if paragraph:
                    end()
                entries.append(line.removeprefix("- ").strip())
            elif entries:
                entries[-1] += f" {line}"  # a line that goes on
            else:
                paragraph.append(line)
        return tuple(found)


class NewAnnouncement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be announced. ``texts`` are by language tag, ``until`` is the last day (YYYY-MM-DD, in UTC), ``link`` where more stands."""

    texts: dict[str, AnnouncedText]
    until: str
    link: str = ""


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """What is announced; ``since`` is when it began (RFC 3339): who decided before it comes back to read it."""

    texts: dict[str, AnnouncedText]
    until: str
    link: str = ""
    since: str

    @property
    def id(self) -> str:
        """Eight hexadecimal digits: what a visitor's browser remembers when it was closed."""
        content = msgspec.json.encode(self, order="deterministic")
        return hashlib.sha256(content).hexdigest()[:8]
