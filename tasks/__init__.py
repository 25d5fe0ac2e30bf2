"""The workshop: Celery. A task is a doorbell: ids in, one flow, a small report out.

When and how often things run is said here and in ``celeryconfig``; what they do, in ``connector.flows``.
Only ``base`` turns faults into retries, and only ``chains`` knows which step follows which.
"""
