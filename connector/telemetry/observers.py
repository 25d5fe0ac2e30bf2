"""Sentry and OpenTelemetry, where the environment names them: errors and spans, redacted, from each process.

Both are extras of the package; ``settings`` refuses one that is named and not installed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from pydantic import SecretStr

from connector.domain.faults import Fault
from connector.telemetry.redaction import redact

Span = Callable[[str, Mapping[str, object]], AbstractContextManager[None]]


class Observed(Protocol):
    """What of the settings concerns observers."""

    @property
    def sentry_dsn(self) -> SecretStr | None:
        """Where errors go."""
        ...

    @property
    def otel_exporter_otlp_endpoint(self) -> str | None:
        """Where spans go."""
        ...


@contextmanager
def _unseen(_name: str, _ids: Mapping[str, object]) -> Iterator[None]:
    yield


class _Observers:
    """This process's observers; a forked child begins anew, for a parent's threads do not follow it."""

    span: Span = staticmethod(_unseen)
    flush: Callable[[], object] = staticmethod(lambda: None)
    pid: int | None = None


def observe(settings: Observed, process: str) -> None:
    """Begin to tell Sentry and the collector what this process does; safe to call again."""
    if _Observers.pid == os.getpid():
        return
    _Observers.pid = os.getpid()
    if settings.sentry_dsn:
        _to_sentry(settings.sentry_dsn.get_secret_value(), process)
    if settings.otel_exporter_otlp_endpoint:
        _Observers.span, _Observers.flush = _to_collector(settings.otel_exporter_otlp_endpoint, process)


def span(name: str, **ids: object) -> AbstractContextManager[None]:
    """Show a piece of work to the collector, if there is one, under the ids that the log has."""
    return _Observers.span(name, ids)


def flush() -> None:
    """Send the spans that are still here."""
    _Observers.flush()


def _to_sentry(dsn: str, process: str) -> None:
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        server_name=process,
        data_collection={
            "user_info": False,
            "http_bodies": [],
            "database_query_data": False,
            "queues": False,
            "stack_frame_variables": False,
            "frame_context_lines": 0,
        },
        max_breadcrumbs=0,
        ignore_errors=[Fault],  # named, told and dealt with: the trail has them
        before_send=_redacted,
    )


def _redacted(event: Any, _hint: Any) -> Any:
    event.pop("request", None)
    return redact(event)


def _to_collector(endpoint: str, process: str) -> tuple[Span, Callable[[], object]]:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource({"service.name": f"ml-connector {process}"}))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5))
    )
    tracer = provider.get_tracer("ml-connector")

    @contextmanager
    def begun(name: str, ids: Mapping[str, object]) -> Iterator[None]:
        told = {key: str(value) for key, value in redact(ids).items()}
        with tracer.start_as_current_span(
            name, attributes=told, record_exception=False, set_status_on_exception=False
        ):
            yield

    return begun, provider.force_flush
