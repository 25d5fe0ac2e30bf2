"""A simulated ION gateway and M3 tenant over real HTTP, faithful to what is published about them and no kinder.

Here belongs what M3 would do: tokens, the m3api-rest v2 shapes, field lengths, batch orders, the GL interface, and
the proofs read from its ledger. What the connector does belongs in ``connector.infor``, from which nothing is
imported here; fault injection and serving belong one room up, in ``connector.sandbox``.
"""
