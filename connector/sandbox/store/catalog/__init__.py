"""What the simulated shop sells: products and variants, the pieces at its locations, its price lists.

Here belong what the shop does with them, and how ``/v3/catalog``, ``/v3/inventory`` and ``/v3/pricelists`` show it.
Orders and hooks live one storey up; nothing here knows of the connector.
"""
