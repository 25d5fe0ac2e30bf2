"""The operator's pages: what a person at a browser sees, and what they may ask for.

A view reads the address, calls one flow that the CLI calls too, and hands its answer to a template; who may is said
beside the address. What is true belongs in ``flows``, what rings the workers comes in as ``Office``; the store's
webhooks belong in ``webhooks``.
"""

from connector.console.front import create_app
from connector.console.office import Office

__all__ = ["Office", "create_app"]
