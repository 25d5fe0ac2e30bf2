"""Everything that is true without Flask or Celery.

The rooms, from the ground up: ``domain`` (pure facts), ``settings`` (the environment), ``telemetry`` (logs,
metrics, redaction), ``ports`` (what we need of the outside), ``mapping`` (a customer's choices),
``http``/``vault``/``coordination``/``records``/``papers`` (one library each), ``bigcommerce``, ``infor`` and
``notify`` (one outside each), ``flows`` (the order of steps), ``bootstrap`` (the only place that chooses
implementations), ``cli`` and ``console`` (what a person types and sees).
``sandbox`` and ``embedded`` stand apart: a simulated outside, and servers for one machine.
"""
