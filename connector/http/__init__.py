"""How one outside call goes on the wire: sent once, in time, to a host it may go to, and named by what came of it.

``requests`` and ``urllib3`` live here alone; no vendor's header, path or program does, and nothing is retried.
A vendor's words belong in ``bigcommerce`` or ``infor``; when to try again is decided in ``tasks``.
"""
