"""By mail, over TLS."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from connector.domain.faults import Unavailable

TIMEOUT = 20.0


class Mail:
    """A mail server and who is written to. ``allow_plain`` lets a message go to a server without TLS."""

    def __init__(self, url: str, sender: str, to: Sequence[str], *, allow_plain: bool) -> None:
        self._server = urlsplit(url)
        self._sender = sender
        self._to = to
        self._allow_plain = allow_plain

    def tell(self, subject: str, text: str) -> None:
        """WRITE: send one mail to all.

        :raises Unavailable: the server did not take it.
        """
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = subject, self._sender, ", ".join(self._to)
        message.set_content(text)
        try:
            with self._connected() as server:
                self._secure(server)
                if self._server.username:
                    server.login(unquote(self._server.username), unquote(self._server.password or ""))
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as exc:  # its text may hold what was sent
            raise Unavailable(
                f"the mail server {self._server.hostname} took no mail ({type(exc).__name__})"
            ) from None

    def _connected(self) -> smtplib.SMTP:
        host = self._server.hostname or ""
        if self._server.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, self._server.port or 465, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(host, self._server.port or 587, timeout=TIMEOUT)

    def _secure(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if self._server.scheme == "smtp" and (server.has_extn("starttls") or not self._allow_plain):
            server.starttls(context=ssl.create_default_context())
