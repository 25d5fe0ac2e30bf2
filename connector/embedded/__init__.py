"""PostgreSQL and Valkey from PyPI wheels, for one machine and for tests.

Starting, sharing and stopping server processes belongs here; nothing of ours is imported, and only the CLI and
the tests come in. What is kept in the servers belongs in ``records`` and ``coordination``; an installation of
several machines brings its own servers by ``DATABASE_URL`` and ``REDIS_URL``.
"""

from connector.embedded.postgresql import PostgreSQL
from connector.embedded.server import NotStarted
from connector.embedded.sharing import Servers, ensure, remove
from connector.embedded.valkey import Valkey

__all__ = ["NotStarted", "PostgreSQL", "Servers", "Valkey", "ensure", "remove"]
