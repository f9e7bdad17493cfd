"""Lines of access logs, written by us."""

from __future__ import annotations

from pathlib import Path

AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
START = (
    '203.0.113.77 - ana [02/Mar/2026:09:14:05 +0000] "GET /reset?token=9f8e7d6c5b4a&page=2 HTTP/1.1" 200 512'
)
COMMON = START
COMBINED = f'{START} "https://search.example/?q=tea" "{AGENT}"'
NGINX = f'{COMBINED} "198.51.100.9, 2001:db8:1:2:3::4"'
VHOST = f"www.larkspur.example:443 {COMBINED}"
ALB = (
    "https 2026-03-02T09:14:05.186641Z app/lark/50dc6c495c0c9188 203.0.113.77:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "
    f'"GET https://www.larkspur.example:443/?email=ana%40reader.example HTTP/1.1" "{AGENT}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:x "Root=1-5"'
)
CADDY = (
    '{"level":"info","ts":1772442845.1,"logger":"http.log.access","request":{"remote_ip":"203.0.113.77","remote_port":"52011","client_ip":"2001:db8:1:2::4",'
    '"method":"GET","host":"www.larkspur.example","uri":"/a?email=ana@reader.example","headers":{"User-Agent":["'
    + AGENT
    + '"],"Cookie":["sid=1"],'
    '"X-Odd":["from 203.0.113.99"]}},"user_id":"ana","status":200}'
)
W3C = (
    "#Software: Microsoft Internet Information Services 10.0\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status\n"
    "2026-03-02 09:14:05 10.0.0.1 GET /teas email=ana@reader.example 443 LARK\\ana 203.0.113.77 Mozilla/5.0+(Windows+NT+10.0)+Chrome/131.0.0.0 - 200"
)
READER_WORDS = (
    "ana",
    "203.0.113.77",
    "9f8e7d6c5b4a",
    "reader.example",
    "2001:db8:1:2",
    "52011",
    "2817",
    "198.51.100.9",
)


def written(folder: Path, text: str, name: str = "access.log") -> Path:
    path = folder / name
    path.write_text(text + "\n", encoding="utf-8")
    return path
