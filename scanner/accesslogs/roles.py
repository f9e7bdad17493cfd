"""What a field of an access log holds, by the names that servers give to it."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal[
    "address", "forwarded", "port", "user", "time", "request", "target", "query", "referrer", "agent", "cookie", "geo",
    "fingerprint", "other", "plain",
]  # fmt: skip
"""``request`` is a whole request line, ``target`` its address, ``query`` that behind the question mark alone. ``other`` is text
that may hold anything and is searched; ``plain`` is known to hold nothing of a person."""

_NAMES: dict[str, Role] = {
    "remoteaddr": "address", "clientip": "address", "cip": "address", "remoteip": "address", "clientaddr": "address",
    "clienthost": "address", "remotehost": "address", "ip": "address", "client": "address", "sourceip": "address",
    "realip": "address", "realipremoteaddr": "address", "proxyprotocoladdr": "address", "xrealip": "address",
    "cfconnectingip": "address", "trueclientip": "address", "remoteaddress": "address",
    "httpxforwardedfor": "forwarded", "xforwardedfor": "forwarded", "forwarded": "forwarded", "httpforwarded": "forwarded",
    "httpxrealip": "address", "httpcfconnectingip": "address", "proxyaddxforwardedfor": "forwarded",
    "remoteport": "port", "clientport": "port", "cport": "port",
    "remoteuser": "user", "csusername": "user", "user": "user", "userid": "user", "username": "user", "clientusername": "user",
    "authuser": "user", "remotelogname": "user", "httpauthorization": "cookie", "authorization": "cookie",
    "timelocal": "time", "timeiso8601": "time", "msec": "time", "time": "time", "ts": "time", "timestamp": "time",
    "date": "time", "starttime": "time", "startutc": "time", "startlocal": "time", "requesttime8601": "time", "datetime": "time",
    "request": "request", "requestline": "request",
    "requesturi": "target", "uri": "target", "csuristem": "target", "url": "target", "path": "target", "requestpath": "target",
    "requesturl": "target", "documenturi": "target", "requestfilename": "target", "target": "target",
    "args": "query", "querystring": "query", "csuriquery": "query", "query": "query",
    "httpreferer": "referrer", "referer": "referrer", "referrer": "referrer", "csreferer": "referrer",
    "httpuseragent": "agent", "useragent": "agent", "csuseragent": "agent",
    "httpcookie": "cookie", "cookie": "cookie", "cscookie": "cookie", "setcookie": "cookie", "senthttpsetcookie": "cookie",
    "geoipcity": "geo", "geoipcountrycode": "geo", "geoip2datacityname": "geo", "city": "geo", "geoiplatitude": "geo",
    "geoiplongitude": "geo", "latitude": "geo", "longitude": "geo", "region": "geo", "geoipregion": "geo", "country": "geo",
    "ja3": "fingerprint", "ja4": "fingerprint", "sslclientsdn": "user", "sslclientfingerprint": "fingerprint",
    "sslsessionid": "fingerprint",
}  # fmt: skip
_PLAIN = frozenset(
    {
        "status", "bytessent", "bodybytessent", "scstatus", "scsubstatus", "scwin32status", "timetaken", "requesttime",
        "requestlength", "upstreamresponsetime", "upstreamconnecttime", "upstreamheadertime", "upstreamaddr", "upstreamstatus", "pipe",
        "serverport", "servername", "serverprotocol", "scheme", "requestmethod", "csmethod", "method", "csversion", "proto",
        "sip", "ssitename", "scomputername", "sport", "cshost", "host", "httphost", "hostname", "connection", "connectionrequests",
        "sslprotocol", "sslcipher", "gzipratio", "bytesread", "duration", "size", "level", "logger", "msg", "scbytes", "csbytes",
        "requestid", "tls",
    }
)  # fmt: skip


def role_of(name: str) -> Role:
    """Return the role of a field by its name (``$remote_addr``, ``c-ip``, ``ClientHost``); ``other`` for one that is not known."""
    key = re.sub(r"[^a-z0-9]", "", name.lower())
    if key in _PLAIN:
        return "plain"
    return _NAMES.get(key, "other")
