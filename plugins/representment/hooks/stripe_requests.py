"""Sends each request to Stripe, measured, and with its own span if Airflow traces."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

import stripe
from airflow.sdk.observability import trace

from representment.metrics import Metric, count, timing

_TRACER = trace.get_tracer(__name__)
_ID = re.compile(r"/[a-z]+_[^/]+")


class MeasuredClient(stripe.RequestsClient):
    """The client's own way to send a request, each try of it measured.

    :param account: the connection, as the metrics name it
    """

    def __init__(self, account: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.account = account

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Send it; status, duration and `Request-Id` are recorded, the query and the body are not."""
        began, status = time.monotonic(), "none"
        route = _ID.sub("/{id}", urlsplit(url).path)
        with _TRACER.start_as_current_span(f"stripe {method} {route}") as span:
            span.set_attribute("http.request.method", method.upper())
            span.set_attribute("url.path", urlsplit(url).path)
            try:
                answer = super().request(method, url, *args, **kwargs)
                status = str(answer[1])
                span.set_attribute("http.response.status_code", answer[1])
                span.set_attribute("stripe.request_id", _request_id(answer[2]))
            finally:
                timing(Metric.STRIPE_REQUEST, time.monotonic() - began, account=self.account)
                if not status.startswith("2"):
                    count(Metric.STRIPE_ERRORS, account=self.account, status=status)
        return answer


def _request_id(headers: Any) -> str:
    return next((str(value) for name, value in headers.items() if name.lower() == "request-id"), "")
