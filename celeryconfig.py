"""Celery's settings: values only. What the tasks do is in ``tasks``; what the numbers rest on, in the environment."""

from __future__ import annotations

from celery.schedules import crontab
from kombu.entity import Queue

from connector.settings import CLOCKS_APART, load_settings

_settings = load_settings()
_broker = _settings.broker_url.get_secret_value() if _settings.broker_url else ""
_on_redis = _broker.startswith(("redis", "sentinel"))

# The broker. Without one, a process says so by this name instead of writing to some server of somebody else's.
broker_url = _broker or "redis://redis-url-is-not-set.invalid:1/0"
broker_use_ssl = {"ssl_cert_reqs": "required"} if _broker.startswith("rediss://") else False
if "ssl_cert_reqs=" in _broker:
    broker_use_ssl = False  # the address says how: kombu reads it there
broker_connection_retry_on_startup = True
broker_connection_max_retries = None  # a worker waits for its broker as long as it takes
broker_connection_timeout = 2
broker_pool_limit = 20  # above threads and children of one process, or acknowledging fails under load
broker_transport_options: dict[str, float] = {
    # A publish fails fast: webhooks are durable already, and the sweep sends what could not be sent.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
if _on_redis:
    broker_transport_options |= {
        "queue_order_strategy": "priority",  # as the worker names its queues: no order waits behind catalog work
        "visibility_timeout": _settings.visibility_timeout,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,  # above kombu's one second of blocking for the next message
        "socket_keepalive": True,
        "health_check_interval": 10,
        "max_connections": 100,
    }

# Messages: JSON, ids only, nothing comes back.
accept_content = ["json"]
task_serializer = "json"
task_ignore_result = True
task_publish_retry = False

# A task is acknowledged when it is done, so that a dead worker's task is run again by another.
task_acks_late = True
task_reject_on_worker_lost = True
task_time_limit = _settings.visibility_timeout / 2  # the last resort: every outside call has its own timeouts
worker_prefetch_multiplier = 1
worker_concurrency = _settings.worker_concurrency
worker_max_tasks_per_child = 2000
worker_soft_shutdown_timeout = 10.0  # Heroku kills after 30 s
# A task goes on when the broker's connection breaks: cut short, its posting would be uncertain and wait out the
# quiet period. A redelivered copy finds the claim taken or the work done.
worker_cancel_long_running_tasks_on_connection_loss = False
worker_send_task_events = True  # Flower shows them

# Queues: by the first word of a task's name. A name without a queue is a mistake, not a new queue.
task_queues = [Queue(name, routing_key=name) for name in ("orders", "catalog", "control")]  # type: ignore[no-untyped-call]
task_default_queue = "orders"
task_create_missing_queues = False
task_routes = {
    "orders.*": {"queue": "orders"},
    "postings.*": {"queue": "orders"},
    "catalog.*": {"queue": "catalog"},
    "tokens.*": {"queue": "control"},
    "upkeep.*": {"queue": "control"},
    "hooks.*": {"queue": "control"},
    "reconciliation.*": {"queue": "control"},
    "periods.*": {"queue": "control"},
    "fit.*": {"queue": "control"},
}

# The timetable. What was not run long after its next turn came is not run any more.
timezone = "UTC"
_every = {
    "refresh tokens": ("tokens.refresh", _settings.token_interval),
    "sweep": ("upkeep.sweep", _settings.sweep_interval),
    "catalog": ("catalog.due", _settings.catalog_interval),
    "poll orders": ("orders.poll_due", _settings.poll_interval),
    "look after webhooks": ("hooks.ensure_due", _settings.hook_interval),
    "read accounting periods": ("periods.read_due", _settings.poll_interval),
    "alerts": ("upkeep.look_for_trouble", _settings.alert_interval),
}
beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds + CLOCKS_APART}}
    for name, (task, seconds) in _every.items()
} | {
    "reconcile": {"task": "reconciliation.run_due", "schedule": crontab(minute="20"), "options": {"expires": 3600.0}},
    "forget personal data": {"task": "upkeep.retention", "schedule": crontab(hour="3", minute="30")},
}
