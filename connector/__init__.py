"""Everything that is true without Flask or Celery.

The rooms, from the ground up: ``domain`` (pure facts), ``mapping`` (a customer's choices),
``ports`` (what we need of the outside), ``http``/``vault``/``coordination``/``records`` (one library
each), ``bigcommerce`` and ``infor`` (one outside system each), ``flows`` (the order of steps),
``bootstrap`` (the only place that chooses implementations), ``cli`` (what a person types).
``sandbox`` and ``embedded`` stand apart: a simulated outside, and servers for one machine.
"""
