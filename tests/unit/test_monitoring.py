"""What a monitor is given: names that exist, and observers that tell nothing they should not."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from connector.domain.gauge import GAUGES
from connector.telemetry import metrics, observers

DOCS = Path(__file__).resolve().parents[2] / "docs"
NAME = re.compile(r"\bml_connector_\w+")
PROCESS = {"ml_connector_deliveries_total", "ml_connector_dispatch_failures_total"}
KNOWN = {*GAUGES, *PROCESS, "ml_connector_database_answers"}


@dataclass
class Observed:
    sentry_dsn: SecretStr | None = None
    otel_exporter_otlp_endpoint: str | None = None


@pytest.fixture(autouse=True)
def anew(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(observers._Observers, "pid", None)
    monkeypatch.setattr(observers._Observers, "span", staticmethod(observers._unseen))


def test_the_page_lists_every_figure_with_its_labels_and_its_words():
    rows = (DOCS / "monitoring.md").read_text().splitlines()
    for name, figure in GAUGES.items():
        assert f"| `{name}` | {', '.join(figure.labels)} | {figure.help} |" in rows
    assert {name for row in rows for name in NAME.findall(row)} == KNOWN


def test_what_is_rendered_are_the_figures_that_are_listed():
    told = metrics.render([]).decode()
    names = set(re.findall(r"^# HELP (ml_connector_\w+)", told, re.MULTILINE))
    assert {name for name in names if not name.endswith("_created")} == KNOWN


def test_rules_and_dashboard_name_figures_that_exist():
    rules = yaml.safe_load((DOCS / "monitoring" / "rules.yaml").read_text())
    panels = json.loads((DOCS / "monitoring" / "dashboard.json").read_text())["panels"]
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in panels for target in panel["targets"]]
    assert {name for expression in asked for name in NAME.findall(expression)} <= KNOWN


def test_nothing_is_observed_where_nothing_is_named():
    observers.observe(Observed(), "web")
    with observers.span("orders.pull", order=1):
        pass


def test_an_event_for_sentry_is_redacted_and_has_no_request():
    event: dict[str, Any] = {
        "request": {"headers": {"X-Auth-Token": "abc"}},
        "exception": {"values": [{"value": "Bearer eyJabcdefgh of ada@example.org"}]},
    }
    sent = json.dumps(observers._redacted(event, {}))
    assert "request" not in sent
    assert "eyJ" not in sent
    assert "ada@" not in sent
