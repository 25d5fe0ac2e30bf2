"""The Celery application and each worker process's house."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_process_init
from kombu.exceptions import OperationalError

from connector.bootstrap import build_house
from connector.flows.house import House
from connector.settings import load_settings
from connector.telemetry import logs, observers
from tasks.ending import Ending

app = Celery("ml-connector")
app.config_from_object("celeryconfig")
app.steps["worker"].add(Ending)
app.conf.imports = (
    "tasks.orders",
    "tasks.postings",
    "tasks.catalog",
    "tasks.fit",
    "tasks.hooks",
    "tasks.periods",
    "tasks.reconciliation",
    "tasks.tokens",
    "tasks.upkeep",
)


@lru_cache(maxsize=1)
def house() -> House:
    """Build this process's house once, on first use."""
    return build_house(load_settings())


def broker_answers() -> bool:
    """Ask the broker for a connection."""
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except OperationalError:
        return False
    return True


@setup_logging.connect
def _speak(**_: Any) -> None:
    logs.configure(load_settings())
    for chatter in ("celery.worker.strategy", "celery.app.trace", "celery.beat"):
        logging.getLogger(chatter).setLevel(logging.WARNING)  # a line per state change, not per doorbell


@worker_process_init.connect
def _leave_the_parents_connections(**_: Any) -> None:
    house.cache_clear()
    observers.observe(load_settings(), "worker")


@beat_init.connect
def _watch_beat(**_: Any) -> None:
    observers.observe(load_settings(), "beat")
