"""``make chaos``: every write call, its answer lost, and an accident at that moment; then the books are compared.

Real workers, PostgreSQL and Valkey against the simulated outside. ``matrix`` says which cases there are, ``orders``
and ``shelf`` bring them about, ``accidents`` strike, ``judge`` compares both sides by what the shop did and knows
nothing of the connector, ``wave`` runs some cases in one system. The product is not touched by any of it.
"""
