"""How the connector speaks about itself: logs with ids and no secrets, the context of the work at hand, metrics.

What a customer needs to prove later is not a log line: it is a row of the trail, and belongs in ``records``.
What an operator decides on belongs in ``domain`` as a fault or a state; here it is only told.
"""
