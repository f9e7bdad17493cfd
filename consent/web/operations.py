"""Routes for those who run the server: health, readiness, metrics, and the description of the API."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from consent import __version__
from consent.log import ConsentLog
from consent.model.errors import StoreUnavailable
from consent.web.base import LOG, success
from consent.web.limits import RateLimit
from consent.web.requests import Requests

METRICS = web.AppKey("metrics", CollectorRegistry)
OPENAPI = web.AppKey("openapi", bytes)
ENDING = web.AppKey("ending", asyncio.Event)
"""Set when the server is about to end: balancers are told to send no more, while it still answers."""

STUCK_S = 10.0
"""A batch takes milliseconds; one that takes this long waits for a disk or a lock that does not come."""
ANSWER_S = 5.0


class LogCollector(Collector):
    """The counters of the log and of the server, read when somebody asks: nothing is counted twice meanwhile.

    Names keep to https://prometheus.io/docs/practices/naming/: base units, and ``_total`` at the end of what only grows.
    """

    def __init__(self, log: ConsentLog, requests: Requests, limits: Mapping[str, RateLimit]) -> None:
        self._log = log
        self._requests = requests
        self._limits = limits

    def collect(self) -> Iterator[Metric]:
        """Yield each metric."""
        counters = self._log.counters
        events = CounterMetricFamily(
            "consentry_events", "Consent events by what became of them.", labels=["outcome"]
        )
        for outcome in ("appended", "repeated", "refused"):
            events.add_metric([outcome], getattr(counters, outcome))
        yield events
        yield CounterMetricFamily("consentry_records_erased", "Records erased.", value=counters.erased)
        yield GaugeMetricFamily(
            "consentry_records_waiting", "Records that wait for their commit.", value=self._log.waiting
        )
        queue = self._log.queue
        yield CounterMetricFamily("consentry_batches", "Batches written, or tried.", value=queue.batches)
        yield CounterMetricFamily(
            "consentry_batch_seconds", "Time for which batches were written.", value=queue.seconds
        )
        answered = CounterMetricFamily(
            "consentry_http_requests", "Requests by route and answer.", labels=["method", "route", "status"]
        )
        for method, route, status, number in self._requests.totals():
            answered.add_metric([method, route, str(status)], number)
        yield answered
        limited = CounterMetricFamily(
            "consentry_http_requests_limited", "Requests over a rate limit.", labels=["limit"]
        )
        for name, limit in self._limits.items():
            limited.add_metric([name], limit.refused)
        yield limited
        yield InfoMetricFamily("consentry_build", "The program.", value={"version": __version__})


def registry_of(log: ConsentLog, requests: Requests, limits: Mapping[str, RateLimit]) -> CollectorRegistry:
    """Make this application's own registry, with the process's memory, files and time beside it."""
    registry = CollectorRegistry()
    registry.register(LogCollector(log, requests, limits))
    ProcessCollector(registry=registry)
    return registry


async def health(request: web.Request) -> web.Response:
    """Say that the process answers."""
    del request
    return success({"status": "ok", "version": __version__})


async def ready(request: web.Request) -> web.Response:
    """Say whether a record could be stored now; 503 while the server ends, and where the writer or the store does not.

    After a batch that failed a real write is tried, so that a server without requests finds out when it works again.
    """
    log = request.app[LOG]
    if request.app[ENDING].is_set():
        raise StoreUnavailable("The server is ending.")
    if log.queue.writing_s > STUCK_S:
        raise StoreUnavailable(f"A batch has been written for {log.queue.writing_s:.0f} seconds.")
    try:
        async with asyncio.timeout(ANSWER_S):
            await log.store.ping()
            if log.queue.failing:
                await log.store.probe()
                log.queue.failing = False
    except TimeoutError:
        raise StoreUnavailable(f"The store has not answered for {ANSWER_S:.0f} seconds.") from None
    return success({"status": "ready", "waiting": log.waiting})


async def metrics(request: web.Request) -> web.Response:
    """Answer in the text format of Prometheus."""
    return web.Response(
        body=generate_latest(request.app[METRICS]),
        headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"},
    )


async def openapi(request: web.Request) -> web.Response:
    """Describe the API (OpenAPI 3.1)."""
    return web.Response(
        body=request.app[OPENAPI],
        headers={
            "Content-Type": "application/json",
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": "public, max-age=300",
        },
    )
