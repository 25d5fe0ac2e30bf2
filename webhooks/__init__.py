"""The door: what the outside may ask of us over HTTP, and the status codes we answer with.

A request is checked, made durable and answered here; nothing is decided and no other system is called.
Work belongs in ``tasks``, what a delivery means in ``connector.flows``, a person's pages in ``connector.console``.
"""
