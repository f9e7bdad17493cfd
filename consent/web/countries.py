"""The country that a request comes from, where a trusted proxy says so; it is never worked out from an address here."""

from __future__ import annotations

import re

from multidict import istr

from consent.model.sites import Server
from consent.web.clients import Asked, Clients

_CODE = re.compile(r"[A-Za-z]{2}")
_UNKNOWN = {"XX", "T1", "ZZ"}
"""What proxies write where they do not know (XX, ZZ), and for the Tor network (T1)."""


class Countries:
    """Reads ``server.country_header``. Without it, or on a connection from anybody but a trusted proxy, there is none."""

    def __init__(self, server: Server) -> None:
        self._header = istr(server.country_header)
        self._clients = Clients(server.trusted_proxies, server.forwarded_header)

    def of(self, request: Asked) -> str:
        """Return an ISO 3166-1 alpha-2 code in capitals, empty where nobody who is believed says one."""
        if not self._header or not self._clients.from_proxy(request):
            return ""
        said = request.headers.getall(self._header, ())
        if len(said) != 1 or not _CODE.fullmatch(said[0]):
            return ""
        code = said[0].upper()
        return "" if code in _UNKNOWN else code
