"""A timestamping authority of the tests' own: `openssl ts` behind a real HTTP server."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="the test's authority is `openssl ts`"
)

CONFIG = """
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa_default]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
[ts]
default_tsa = tsa_default
"""


class Authority(NamedTuple):
    url: str
    roots: bytes


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def certificates(folder: Path) -> None:
    (folder / "ts.cnf").write_text(CONFIG.format(folder=folder), encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")
    key = ("-newkey", "rsa:2048", "-nodes")
    openssl(folder, "req", *key, "-keyout", "ca.key", "-out", "ca.csr", "-subj", "/CN=Test root")
    openssl(folder, "x509", "-req", "-in", "ca.csr", "-signkey", "ca.key", "-out", "ca.pem", "-days", "30",
            "-extfile", "ts.cnf", "-extensions", "ca")  # fmt: skip
    openssl(folder, "req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test timestamps")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", "tsa.pem", "-days", "30", "-extfile", "ts.cnf", "-extensions", "tsa")  # fmt: skip


@contextmanager
def running(folder: Path) -> Iterator[Authority]:
    """An authority that answers on a free port."""
    certificates(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/broken":
                answer = b"no timestamp"
            else:
                (folder / "query.tsq").write_bytes(query)
                openssl(folder, "ts", "-reply", "-config", "ts.cnf", "-section", "tsa_default", "-queryfile",
                        "query.tsq", "-out", "answer.tsr")  # fmt: skip
                answer = (folder / "answer.tsr").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *words: object) -> None:
            del words

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Authority(f"http://127.0.0.1:{server.server_port}/", (folder / "ca.pem").read_bytes())
    server.shutdown()
    thread.join()
    server.server_close()
