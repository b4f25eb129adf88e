"""The SMTP transport against a real server in this process."""

import socket
import uuid
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from notifications.transports.base import CannotTell, OutcomeUnknown, Outgoing, TransportError
from notifications.transports.email_smtp import SmtpTransport

BODY = "Вітаємо!\n\nЄ новина щодо Вашого звернення FL-34AC-7DEF.\n.\nКрапка на початку рядка вище.\n"


class Office:
    """A mail server that answers as the test says, and keeps what it took."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.to_mail = self.to_rcpt = self.to_data = "250 OK"
        self.drops_after_data = False

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, a: str, o: Any) -> str:  # noqa: N802
        envelope.mail_from = a
        return self.to_mail

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, a: str, o: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(a)
        return self.to_rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.to_data.startswith("250"):
            self.letters.append(envelope)
        if self.drops_after_data:
            server.transport.close()
        return self.to_data


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    office.port = controller.port  # type: ignore[attr-defined]
    yield office
    controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def transport(port: int, **options: Any) -> SmtpTransport:
    plain = {"host": "127.0.0.1", "port": port, "use_tls": False, "sender": "noreply@family.example"}
    return SmtpTransport("email", {**plain, **options})


def letter(to: str = "olena@example.org") -> Outgoing:
    return Outgoing(uuid.uuid4(), to, "FamilyLink: звернення FL-34AC-7DEF", BODY, "uk")


def test_a_letter_arrives_as_it_was_posted(office) -> None:
    outgoing = letter()
    accepted = transport(office.port).send(outgoing)
    (envelope,) = office.letters
    arrived = message_from_bytes(envelope.content, policy=default)
    assert arrived.get_content().replace("\r\n", "\n") == BODY
    assert arrived["Subject"] == outgoing.subject
    assert (envelope.rcpt_tos, arrived["To"]) == ([outgoing.to], outgoing.to)
    assert arrived["Message-ID"] == accepted.provider_id == f"<{outgoing.reference}@family.example>"
    assert arrived["Content-Language"] == "uk"


@pytest.mark.parametrize(
    ("step", "answer", "code", "permanent"),
    [
        ("to_rcpt", "451 greylisted, come back", "smtp_451", False),
        ("to_rcpt", "550 no such mailbox", "smtp_550", True),
        ("to_mail", "421 busy", "smtp_421", False),
        ("to_mail", "550 we do not like you", "smtp_550", False),
        ("to_data", "452 disk full", "smtp_452", False),
        ("to_data", "554 refused", "smtp_554", True),
    ],
)
def test_the_code_of_a_refusal_decides_whether_to_try_again(office, step, answer, code, permanent) -> None:
    setattr(office, step, answer)
    with pytest.raises(TransportError) as refused:
        transport(office.port).send(letter())
    assert (refused.value.code, refused.value.permanent) == (code, permanent)
    assert office.letters == []


def test_a_connection_lost_after_the_text_leaves_the_outcome_unknown(office) -> None:
    office.drops_after_data = True
    with pytest.raises(OutcomeUnknown):
        transport(office.port).send(letter())
    assert len(office.letters) == 1


def test_nobody_at_the_door_is_a_certain_no() -> None:
    with pytest.raises(TransportError) as refused:
        transport(free_port()).send(letter())
    assert (refused.value.code, refused.value.permanent) == ("smtp_ConnectionRefusedError", False)


def test_a_server_that_never_greets_is_a_certain_no() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        slow = transport(mute.getsockname()[1])
        slow.timeout_s = 0.3
        with pytest.raises(TransportError) as refused:
            slow.send(letter())
    assert not refused.value.permanent


def test_a_server_that_cannot_encrypt_gets_no_letter(office) -> None:
    with pytest.raises(TransportError) as refused:
        transport(office.port, use_tls=True).send(letter())
    assert not refused.value.permanent
    assert office.letters == []


def test_a_domain_in_another_script_travels_in_punycode(office) -> None:
    transport(office.port).send(letter("olena@приклад.укр"))
    assert office.letters[0].rcpt_tos == ["olena@xn--80aikifvh.xn--j1amh"]


def test_a_mailbox_in_another_script_is_refused_for_good(office) -> None:
    with pytest.raises(TransportError) as refused:
        transport(office.port).send(letter("олена@example.org"))
    assert refused.value.permanent


def test_nothing_that_an_error_says_names_the_recipient(office) -> None:
    office.to_rcpt = "550 olena@example.org is unknown here"
    with pytest.raises(TransportError) as refused:
        transport(office.port).send(letter())
    assert "olena" not in repr(refused.value)
    assert "olena" not in repr(letter())


def test_smtp_cannot_tell_whether_a_letter_arrived(office) -> None:
    assert transport(office.port).look_up(letter(), since=timezone.now()) == CannotTell()
