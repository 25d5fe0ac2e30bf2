"""The only cryptography: seals what must not be read at rest, opens it at the moment of use, changes the keys.

What is a secret and what is not belongs in ``flows`` and ``records``; comparing signatures needs no vault and
belongs in ``bigcommerce.signatures``. Where keys come from belongs in ``settings`` and
``keyfile``.
"""

from connector.vault.sealed import SealedVault

__all__ = ["SealedVault"]
