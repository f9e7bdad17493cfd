"""Whether there is anything to scan: without its start page a site has no links, no banner and no report."""

from __future__ import annotations

from consent.model.errors import ScanError
from scanner.observations import PageVisit
from scanner.visit import OpenPage


def check_start(seen: PageVisit, page: OpenPage) -> None:
    """Raise `ScanError` where there is nothing to scan."""
    if seen.status in ("failed", "download") or (seen.status == "timeout" and seen.http_status is None):
        hint = "Check the URL, and whether this machine reaches the host."
        if page.cause.startswith(("ERR_CERT", "ERR_SSL")):
            hint = "Use --ignore-certificate-errors if you trust this host."
        elif page.cause.startswith("ERR_NAME"):
            hint = "Check the spelling; --resolve HOST:PORT=ADDR:PORT names the address of a staging host."
        elif seen.status == "download":
            hint = "Give the address of a page."
        elif page.cause == "refused":
            hint = "Where this is meant, name the host: --allow-private HOST, or allow_private in sites.toml."
        raise ScanError(f"{seen.url} cannot be scanned: {seen.error}.", hint=hint)
    if seen.status == "redirected":
        raise ScanError(
            f"{seen.url} {seen.error}.",
            hint="Scan that address, or list its host among the site's hosts.",
        )
