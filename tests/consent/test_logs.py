from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp.http_exceptions import BadHttpMessage

from consent.logs import REQUEST_ID, Format, set_up


@contextmanager
def written(form: Format) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    root.handlers = []
    try:
        set_up(form, stream)
        yield stream
    finally:
        root.handlers, level = before
        root.setLevel(level)


def test_a_json_line_has_time_level_request_and_fields() -> None:
    token = REQUEST_ID.set("abc-1")
    with written("json") as stream:
        logging.getLogger("consentry.web").warning("said %s", 'a "word"\n', extra={"fields": {"status": 503}})
    REQUEST_ID.reset(token)
    [line] = stream.getvalue().splitlines()
    fields = json.loads(line)
    assert fields.pop("time").endswith("+00:00")
    assert fields == {
        "level": "warning",
        "logger": "consentry.web",
        "message": 'said a "word"\n',
        "request_id": "abc-1",
        "status": 503,
    }


def test_an_exception_stays_on_its_line() -> None:
    with written("json") as stream:
        try:
            int("broken")
        except ValueError:
            logging.getLogger("x").exception("failed")
    [line] = stream.getvalue().splitlines()
    assert json.loads(line)["exception"].endswith("invalid literal for int() with base 10: 'broken'")


def test_text_has_the_same_words() -> None:
    token = REQUEST_ID.set("abc-1")
    with written("text") as stream:
        logging.getLogger("x").info("request", extra={"fields": {"status": 201}})
    REQUEST_ID.reset(token)
    assert stream.getvalue().endswith("INFO x request status=201 request_id=abc-1\n")


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_address_that_aiohttp_would_write_is_left_out(form: Format) -> None:
    with written(form) as stream:
        logging.getLogger("aiohttp.server").error("Error handling request from %s", "198.51.100.7")
    assert "Error handling request from a client" in stream.getvalue()
    assert "198.51.100.7" not in stream.getvalue()


def test_what_is_no_http_fills_no_log() -> None:
    with written("json") as stream:
        try:
            raise BadHttpMessage("Cookie: secret")  # noqa: TRY301 - as a parser does
        except BadHttpMessage:
            logging.getLogger("aiohttp.server").exception("Error handling request from %s", "198.51.100.7")
    assert stream.getvalue() == ""
