"""Metrics for Prometheus and logs for people and machines, both without personal data."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

METRICS_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


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
        self._awards = Counter("laurel_awards", "Completions by outcome.", ("outcome",), registry=self.registry)
        self._verdicts = Counter("laurel_verifications", "Reports by verdict.", ("verdict",), registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        self._seconds.labels(method, route, str(status)).observe(seconds)

    def count_award(self, outcome: str) -> None:
        self._awards.labels(outcome).inc()

    def count_verdict(self, verdict: str) -> None:
        self._verdicts.labels(verdict).inc()

    def text(self) -> bytes:
        return generate_latest(self.registry)


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
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _where_it_failed,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
