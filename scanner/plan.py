"""What to crawl and how: the one argument of `scanner.crawl.crawl`, and the progress that it tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from consent.model.categories import ConsentState
from scanner.observations import PageStatus


class CrawlPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One crawl. Durations in seconds.

    ``pages`` limits the plan, ``concurrency`` is the number of tabs that load at once, over all states. ``include`` and ``exclude`` are
    globs on path and query, or on the whole URL where they begin with http. ``resolve`` entries are curl's
    ``HOST[:PORT]=ADDR:PORT``; ``*`` stands for every host. ``storage_state`` is a file that Playwright wrote, for
    scans of a logged-in site. ``own_hosts`` are further domains of the site. ``screenshots`` is a folder, made
    where there is none, or None for no pictures. ``seeds`` are pages to visit besides the start page; ``sitemaps`` says whether those
    that the site's sitemaps list are known pages too. ``headers`` (name, value) go to the start page's origin and to ``own_hosts``
    alone, and only their names into the report. ``delay_s`` lies between the starts of any two pages.
    ``recordings`` is a folder for a HAR of each state, or None for none. ``allow_private`` are
    hosts, addresses and networks that may be reached though they are not public (`scanner.guard`). ``audit_banner`` says whether
    the consent banner itself is looked at, in two viewports. ``policy_url`` is the privacy policy's address, empty for none.
    """

    site: str
    start_url: str
    pages: int = 20
    concurrency: int = 4
    states: tuple[ConsentState, ...] = (ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    respect_robots: bool = True
    timeout_s: float = 30.0
    dwell_s: float = 0.3
    resolve: tuple[str, ...] = ()
    ignore_certificate_errors: bool = False
    storage_state: Path | None = None
    own_hosts: tuple[str, ...] = ()
    screenshots: Path | None = None
    seeds: tuple[str, ...] = ()
    sitemaps: bool = True
    headers: tuple[tuple[str, str], ...] = ()
    delay_s: float = 0.0
    recordings: Path | None = None
    audit_banner: bool = False
    allow_private: tuple[str, ...] = ()
    policy_url: str = ""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """One visit is done: ``done`` of ``total`` known pages of this state; ``total`` grows while links are found."""

    state: ConsentState
    done: int
    total: int
    url: str
    status: PageStatus


OnProgress = Callable[[Progress], None]
