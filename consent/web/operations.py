"""Routes for those who run the server: health, readiness, metrics, and the description of the API."""

from __future__ import annotations

from collections.abc import Iterator

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from consent import __version__
from consent.log import ConsentLog
from consent.web.base import LOG, success

METRICS = web.AppKey("metrics", CollectorRegistry)
OPENAPI = web.AppKey("openapi", bytes)


class LogCollector(Collector):
    """The log's own counters, read when somebody asks: nothing is counted twice while records are written."""

    def __init__(self, log: ConsentLog) -> None:
        self._log = log

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


def registry_of(log: ConsentLog) -> CollectorRegistry:
    """Make this application's own registry."""
    registry = CollectorRegistry()
    registry.register(LogCollector(log))
    return registry


async def health(request: web.Request) -> web.Response:
    """Say that the process answers."""
    del request
    return success({"status": "ok", "version": __version__})


async def ready(request: web.Request) -> web.Response:
    """Say whether the store can be reached; 503 where it cannot."""
    await request.app[LOG].store.ping()
    return success({"status": "ready", "waiting": request.app[LOG].waiting})


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
