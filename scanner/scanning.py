"""One scan of one site, as the command and the worker make it: the plan from the site's settings, then what was seen.

The browser's packages come with the extra [scan], so they are imported when a scan begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consent.model.sites import Site
from scanner.aliases import dns_resolver, with_aliases
from scanner.observations import Crawl
from scanner.plan import CrawlPlan, OnProgress

if TYPE_CHECKING:
    from scanner.partial import Partial


def plan_of(site: Site, out: Path, **instead: Any) -> CrawlPlan:
    """Return the plan that a site's settings make; ``instead`` are fields of `CrawlPlan` that take their place.

    A field that is None or empty changes nothing. Pictures of the banner go into a folder of ``out``.
    """
    scan = site.scan
    fields: dict[str, Any] = {
        "site": site.id,
        "start_url": site.url,
        "pages": scan.pages,
        "concurrency": scan.concurrency,
        "states": scan.states,
        "include": scan.include,
        "exclude": scan.exclude,
        "respect_robots": scan.respect_robots,
        "timeout_s": scan.timeout_s,
        "dwell_s": scan.dwell_s,
        "resolve": scan.resolve,
        "ignore_certificate_errors": scan.ignore_certificate_errors,
        "own_hosts": site.hosts,
        "screenshots": out / "screenshots",
        "allow_private": scan.allow_private,
        "audit_banner": True,
        "policy_url": str(site.policy_url or ""),
    }
    given = {key: value for key, value in instead.items() if value is not None and value != ()}
    return CrawlPlan(**(fields | given))


async def see(
    plan: CrawlPlan,
    site: Site,
    *,
    known: Mapping[str, tuple[str, ...]] | None = None,
    on_progress: OnProgress | None = None,
    partial: Partial | None = None,
) -> Crawl:
    """Crawl the site and ask whose aliases its hosts are; raises as `scanner.crawl.crawl` does.

    ``known`` are aliases that no name server tells.
    """
    from scanner.crawl import crawl  # noqa: PLC0415 - needs the extra [scan]

    seen = await crawl(plan, on_progress=on_progress, partial=partial)
    # Where hosts are mapped, this machine's name servers know nothing of them.
    resolver = None if plan.resolve else dns_resolver()
    return await with_aliases(seen, resolver=resolver, known=dict(known or {}), own_hosts=site.hosts)
