"""A simulated ION gateway and Infor tenants over real HTTP, faithful to what is published about them and no kinder.

Here belongs what Infor would do. Tokens, quota and what every suite is asked afterwards stand in this room, each
suite in a room of its own, and ``suites`` lists them. What the connector does belongs in ``connector.infor``, from
which nothing is imported here; fault injection and serving belong one room up, in ``connector.sandbox``.
"""
