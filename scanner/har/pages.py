"""Which page each exchange of a recording belongs to: as the recorder says, else by the visitor's navigations."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.har.entries import is_navigation, plain, redirect_of, referrer_of, status_of, type_of, url_of
from scanner.har.model import Entry, Recording
from scanner.parties import host_of, registrable_domain


@dataclass(slots=True)
class RecordedPage:
    """One page: where it began and ended, and the answer of its document (None where none was recorded)."""

    url: str
    started_s: float
    final_url: str = ""
    title: str = ""
    status: int | None = None
    has_document: bool = False


def pages_of(recording: Recording) -> tuple[list[RecordedPage], list[int]]:
    """Return the pages, in the order of their times, and for each entry the number of its page."""
    known = {str(page.id): page for page in recording.pages if page.id is not None}
    pages: list[RecordedPage] = []
    by_ref: dict[str, int] = {}
    by_url: dict[str, int] = {}
    places: list[int] = []
    moved: dict[str, int] = {}
    now = -1
    last = 0.0
    for entry in recording.entries:
        last = entry.started_s if entry.started_s is not None else last
        url = url_of(entry)
        ref = str(entry.pageref) if entry.pageref is not None and str(entry.pageref) in known else ""
        if ref:
            number = by_ref.get(ref, -1)
            if number < 0:
                page = known[ref]
                title = page.title or ""
                # Some recorders tell of a redirect before its page, or begin in the middle of one.
                begins = (
                    url if is_navigation(entry) else page.url or (title if title.startswith("http") else url)
                )
                number = by_ref[ref] = _place(pages, by_url, plain(begins), last, title)
        elif url in moved:
            number = moved[url]
        elif is_navigation(entry) and not _is_framed(entry, by_url):
            number = now = _place(pages, by_url, url, last, "")
        else:
            number = by_url.get(plain(referrer_of(entry)), now)
            if number < 0:
                number = now = _place(pages, by_url, plain(referrer_of(entry)) or url, last, "")
        places.append(number)
        _take_document(pages[number], entry, by_url, number)
        if target := redirect_of(entry):
            moved.setdefault(target, number)
    return pages, places


def _place(pages: list[RecordedPage], by_url: dict[str, int], url: str, started_s: float, title: str) -> int:
    """Return the number of the page with this address, made where there is none: a second visit is the same page."""
    if url not in by_url:
        by_url[url] = len(pages)
        pages.append(RecordedPage(url=url, started_s=started_s, final_url=url, title=title))
    return by_url[url]


def _take_document(page: RecordedPage, entry: Entry, by_url: dict[str, int], number: int) -> None:
    """Follow the page's own document along its redirects."""
    url = url_of(entry)
    if (
        page.has_document
        or url != page.final_url
        or type_of(entry) not in {"document", "other", "xhr", "fetch"}
    ):
        return
    if target := redirect_of(entry):
        page.final_url = target
        by_url.setdefault(target, number)
        return
    page.status = status_of(entry)
    page.has_document = True


def _is_framed(entry: Entry, by_url: dict[str, int]) -> bool:
    """Whether a document without Fetch Metadata is a frame: its referrer is a page, and of another site than it is.

    A frame of the page's own site looks like a visitor's next page, and counts as one.
    """
    referrer = plain(referrer_of(entry))
    if referrer not in by_url:
        return False
    return registrable_domain(host_of(referrer)) != registrable_domain(host_of(url_of(entry)))
