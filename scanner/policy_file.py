"""Reads the site's privacy policy during a crawl, through the browser: mapped hosts, certificates and the guard hold for it too."""

from __future__ import annotations

from scanner.observations import PolicyFile
from scanner.small_files import Fetch

LARGEST = 8 * 1024 * 1024
"""Bytes of a policy, unpacked; a longer answer is no policy."""


async def policy_file(fetch: Fetch, url: str) -> PolicyFile | None:
    """Return what the policy's address answers, None where none is known; never raises for what a host does."""
    if not url:
        return None
    answer = await fetch(url, LARGEST)
    if answer.status is None:
        return PolicyFile(url=url, error="The address could not be reached.")
    if answer.status >= 300:
        return PolicyFile(url=url, error=f"The server answered {answer.status}.")
    if answer.cut:
        return PolicyFile(url=url, error=f"The answer is longer than {LARGEST:,} bytes.")
    return PolicyFile(url=url, body=answer.body)
