"""What intake is compared with: a Flask view that reads the body and answers 200. Served by gunicorn."""

from __future__ import annotations

from flask import Flask, Response, request

app = Flask("bare", static_folder=None)


@app.get("/live")
def live() -> Response:
    """Say that the process answers."""
    return Response(status=200)


@app.post("/webhooks/bigcommerce/<connection>")
def receive(connection: str) -> Response:  # noqa: ARG001
    """Take a body and keep nothing of it."""
    request.get_data(cache=False)
    return Response(status=200)
