"""Metrics for Prometheus and logs for people and machines, both without personal data."""

from __future__ import annotations

import json
import logging
import math
import sys
import traceback
from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from typing import Any

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from app.services.stops import Standing

METRICS_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUEST_ID: ContextVar[str | None] = ContextVar("laurel_request_id", default=None)
"""The id of the exchange that is going on; every line that is logged meanwhile carries it, from other threads too."""


class Metrics:
    """The counters of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._seconds = Histogram(
            "laurel_http_request_seconds",
            "Time to answer, by route pattern.",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._observers: dict[tuple[str, str, int], Callable[[float], None]] = {}
        self._awards = Counter("laurel_awards", "Completions by outcome.", ("outcome",), registry=self.registry)
        self._verdicts = Counter("laurel_verifications", "Reports by verdict.", ("verdict",), registry=self.registry)
        hot_reads = Counter(
            "laurel_hot_reads", "Answers that may be kept: from memory, or made.", ("outcome",), registry=self.registry
        )
        self._hits, self._misses = hot_reads.labels("hit"), hot_reads.labels("miss")
        self._stops = Gauge(
            "laurel_issuing_stopped",
            "Stops that stand: of the whole service (0 or 1), and of issuers (how many).",
            ("of",),
            registry=self.registry,
        )
        self._hot_bytes = Gauge("laurel_hot_bytes", "Memory of kept answers.", registry=self.registry)

    def show_stops(self, stopped: Standing | None) -> None:
        """None when it cannot be told at this moment."""
        self._stops.labels("service").set(stopped.everybody if stopped else math.nan)
        self._stops.labels("issuers").set(stopped.issuers if stopped else math.nan)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        observe = self._observers.get((method, route, status))
        if observe is None:  # looking a child up by its labels costs more than counting
            observe = self._observers[method, route, status] = self._seconds.labels(method, route, str(status)).observe
        observe(seconds)

    def count_hot_read(self, *, hit: bool) -> None:
        (self._hits if hit else self._misses).inc()

    def watch_hot_bytes(self, size: Callable[[], float]) -> None:
        """`size` is asked whenever somebody reads the metrics."""
        self._hot_bytes.set_function(size)

    def count_award(self, outcome: str) -> None:
        self._awards.labels(outcome).inc()

    def count_verdict(self, verdict: str) -> None:
        self._verdicts.labels(verdict).inc()

    def text(self) -> bytes:
        return generate_latest(self.registry)


def _with_request_id(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cheaper than the context that structlog keeps: it would look through every variable, for each line."""
    request_id = REQUEST_ID.get()
    if request_id is not None:
        event["request_id"] = request_id
    return event


def _where_it_failed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its type and its path through the code; its message may quote what somebody sent."""
    if event.pop("exc_info", None):
        kind, error, trace = sys.exc_info()
        event["error"] = kind.__name__ if kind else None
        event["cause"] = type(error.__cause__).__name__ if error is not None and error.__cause__ else None
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    return event


def configure_logging(log_format: str, level: str) -> None:
    """One line per event on standard error: JSON, or text for a person at a terminal."""
    shared: list[Any] = [
        _with_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _where_it_failed,
    ]
    as_json = structlog.processors.JSONRenderer(serializer=_json)
    renderer: Any = as_json if log_format == "json" else structlog.dev.ConsoleRenderer(colors=False)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells what it mended, in words of the file
    logger = structlog.WriteLogger(sys.stderr)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: logger,
        cache_logger_on_first_use=False,
    )


def _json(event: dict[str, Any], *, default: Callable[[object], object]) -> str:
    try:
        return orjson.dumps(event, default=default).decode()
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits: no reason to lose the line
        return json.dumps(event, default=default)
