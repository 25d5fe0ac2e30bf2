"""Somebody at the console, with Flask's own client for a browser."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "correct horse battery"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Somebody at the console: keeps cookies, sends the form's token along with each form."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> str:
        with self.client.get(path) as answer:
            assert answer.status_code == status, answer.text
            return answer.text

    def post(self, path: str, *, on: str = "/console/account", **form: object) -> TestResponse:
        """Send a form as the page ``on`` has it."""
        found = TOKEN.search(self.client.get(on).text)
        assert found, f"no form on {on}"
        return self.client.post(path, data={"csrf_token": found[1], **form})

    def done(self, path: str, **form: object) -> str:
        """Send a form that is taken, and read the page it leads to."""
        answer = self.post(path, **form)
        assert answer.status_code in (200, 302), answer.text
        return self.get(answer.location) if answer.status_code == 302 else answer.text

    def log_in(self, name: str, password: str = PASSWORD, **form: object) -> TestResponse:
        return self.post("/console/login", on="/console/login", name=name, password=password, **form)
