"""E-mail over SMTP: one recipient per message, since a server's refusal of one among several is silent.

smtplib raises the same error for "try later" and for "never": the code decides. Once the text has gone out, a
lost connection leaves the outcome unknown (measured: the server had it, the client saw a disconnect).
"""

import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr

from django.conf import settings

from notifications.transports.base import (
    READ_TIMEOUT_S,
    TOTAL_TIMEOUT_S,
    Accepted,
    CannotTell,
    LookUp,
    Options,
    OutcomeUnknown,
    Outgoing,
    TransportError,
)


class SmtpTransport:
    """Options: host, port, username, password, use_tls (STARTTLS), sender (an address)."""

    name = "smtp"
    timeout_s = READ_TIMEOUT_S  # for each answer; the connection is given up after it, too

    def __init__(self, channel: str, options: Options) -> None:
        self._host = str(options.get("host") or "localhost")
        self._port = int(options.get("port") or 25)
        self._login = (str(options.get("username") or ""), str(options.get("password") or ""))
        self._use_tls = bool(options.get("use_tls", True))
        self._sender = str(options.get("sender") or "noreply@localhost")

    def send(self, outgoing: Outgoing) -> Accepted:
        deadline = time.monotonic() + TOTAL_TIMEOUT_S
        letter = self._letter(outgoing).as_bytes(policy=SMTP)
        with self._connected() as server:
            _expect(server.mail, self._sender, permanent_5xx=False)
            _expect(server.rcpt, _ascii_address(outgoing.to), permanent_5xx=True)
            if time.monotonic() > deadline:
                raise TransportError("smtp_slow")
            code, _ = _hand_in(server, letter)
        if code >= 400:
            raise TransportError(f"smtp_{code}", permanent=code >= 500)
        return Accepted(self._message_id(outgoing))

    def look_up(self, outgoing: Outgoing, *, since: datetime) -> LookUp:
        """SMTP has no question for "did it arrive"."""
        return CannotTell()

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A server that has greeted us, and knows us. Whatever fails in here has not taken the message."""
        server = smtplib.SMTP(timeout=self.timeout_s)
        # connect() does not keep the name, and starttls() compares the certificate with this one.
        server._host = self._host  # type: ignore[attr-defined]
        try:
            self._greet(server)
            yield server
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _greet(self, server: smtplib.SMTP) -> None:
        try:
            self._introduce(server)
        except smtplib.SMTPResponseException as error:
            raise TransportError(f"smtp_{error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise TransportError(f"smtp_{type(error).__name__}") from None

    def _introduce(self, server: smtplib.SMTP) -> None:
        code, _ = server.connect(self._host, self._port)
        if code != 220:
            raise TransportError(f"smtp_{code}")
        server.ehlo_or_helo_if_needed()
        if self._use_tls:
            # The certificate is checked: a message about an exchange is not shown to whoever answers.
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if self._login[0]:
            server.login(*self._login)

    def _letter(self, outgoing: Outgoing) -> EmailMessage:
        letter = EmailMessage(policy=SMTP)
        letter["From"] = f"{settings.SERVICE_NAME} <{self._sender}>"
        letter["To"] = _ascii_address(outgoing.to)
        letter["Subject"] = outgoing.subject
        letter["Date"] = formatdate(usegmt=True)
        letter["Message-ID"] = self._message_id(outgoing)
        letter["Auto-Submitted"] = "auto-generated"
        if outgoing.unsubscribe_url:
            letter["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
            letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        letter.set_content(outgoing.body, charset="utf-8", cte="quoted-printable")
        letter["Content-Language"] = outgoing.language  # set_content drops every Content- header set before
        return letter

    def _message_id(self, outgoing: Outgoing) -> str:
        domain = parseaddr(self._sender)[1].rpartition("@")[2] or "localhost"
        return f"<{outgoing.reference}@{domain}>"


def _expect(command: Callable[[str], tuple[int, bytes]], argument: str, *, permanent_5xx: bool) -> None:
    """One command before the text: no answer or a bad one means that nothing was taken."""
    try:
        code, _ = command(argument)
    except (OSError, smtplib.SMTPException) as error:
        raise TransportError(f"smtp_{type(error).__name__}") from None
    if code not in (250, 251):
        raise TransportError(f"smtp_{code}", permanent=permanent_5xx and code >= 500)


def _hand_in(server: smtplib.SMTP, letter: bytes) -> tuple[int, bytes]:
    try:
        return server.data(letter)
    except smtplib.SMTPDataError as error:  # refused before the text was sent
        return error.smtp_code, b""
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeUnknown(f"smtp_{type(error).__name__}") from None


def _ascii_address(address: str) -> str:
    """Domains in other scripts travel as punycode. Raises TransportError where the rest is not ASCII."""
    mailbox, _, domain = address.rpartition("@")
    try:
        return f"{mailbox}@{domain.encode('idna').decode()}".encode("ascii").decode()
    except UnicodeError:
        raise TransportError("smtp_address_not_ascii", permanent=True) from None
