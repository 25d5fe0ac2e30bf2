"""The demonstration behind ``ml-connector demo``: a whole system that lives for a minute, and what it proves.

Putting the system together, what shoppers do in it, the waiting, and the comparison of both sides' own records
belong here. How the connector does its work is in ``flows``; the store and the company that it meets are in
``sandbox``; what must hold beyond a demonstration is for ``tests/journeys`` to say.
"""
