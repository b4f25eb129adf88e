"""Texts: short, calm, the same facts in three languages, and nothing in them that a scammer could imitate."""

import re

import pytest

from notifications import messages
from notifications.checks import every_sms_fits

pytestmark = pytest.mark.django_db

EVERY = [(message, language) for message in messages.KINDS for language in messages.LANGUAGES]
FILES = sorted(messages.FOLDER.iterdir())
LONGEST = messages.LONGEST
INVISIBLE = re.compile("[\u00a0\u00ad\u200b-\u200f\u202f\u2060\ufeff]")


@pytest.mark.parametrize(("message", "language"), EVERY)
def test_every_sms_with_the_longest_values_fits_into_two_parts(message: str, language: str, settings) -> None:
    settings.SERVICE_PHONE = "+380 44 123 45 67"
    text = messages.render(message=message, language=language, channel="sms", context=LONGEST).body
    assert messages.sms_parts(text) <= 2


@pytest.mark.parametrize(("message", "language"), EVERY)
@pytest.mark.parametrize("channel", ["sms", "email"])
def test_every_message_says_by_what_a_family_knows_us_from_a_scammer(message, language, channel) -> None:
    text = messages.render(message=message, language=language, channel=channel, context=LONGEST).body
    # A number that may be a stranger's learns no code word, and a code says itself what nobody may ask for.
    may_be_a_strangers = {"contact_code", "prove_again", "report_withdrawn", "report_erased"}
    assert (LONGEST["code_word"] in text) == (message not in may_be_a_strangers)
    assert re.search(r"[Гг]рошей|[Дд]ене[гж]|money", text) or message == "contact_code"


@pytest.mark.parametrize(("message", "language"), EVERY)
def test_no_sms_has_a_link_or_an_address(message: str, language: str) -> None:
    text = messages.render(message=message, language=language, channel="sms", context=LONGEST).body
    assert not re.search(r"https?:|www\.|@|\w\.\w", text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_template_has_an_invisible_character(file) -> None:
    assert not INVISIBLE.search(file.read_text())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_placeholder_is_on_the_list_of_its_message(file) -> None:
    allowed = messages.KINDS[file.name.split(".")[0]].needs | set(messages.SERVICE)
    assert messages.placeholders(file.read_text()) <= allowed


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_value_that_a_message_needs_is_said(file) -> None:
    assert messages.KINDS[file.name.split(".")[0]].needs <= messages.placeholders(file.read_text())


def test_every_message_exists_in_every_language_for_every_channel() -> None:
    wanted = {f"{m}.{language}.{channel}.txt" for m, language in EVERY for channel in ("sms", "email")}
    assert {file.name for file in FILES} == wanted


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_template_speaks_of_a_death_a_place_or_a_release(file) -> None:
    grave = r"death|\bdead|\bdied|killed|\bremains|загин|помер|смерт|убит|тіло|тело|останк"
    told = r"released|prison|captiv|звільнен|полон|освобожд|плен"
    assert not re.search(f"{grave}|{told}", file.read_text(), re.IGNORECASE)


@pytest.mark.parametrize(("message", "language"), EVERY)
def test_a_subject_says_no_code_and_no_word(message: str, language: str) -> None:
    subject = messages.render(message=message, language=language, channel="email", context=LONGEST).subject
    assert subject
    assert "Subject" not in subject
    assert LONGEST["code"] not in subject
    assert LONGEST["code_word"] not in subject


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_an_email_of_news_names_the_one_sign_in_page(language: str, settings) -> None:
    settings.PUBLIC_URL = "https://family.example"
    body = messages.render(message="news", language=language, channel="email", context=LONGEST).body
    assert re.findall(r"https?://\S+", body) == ["https://family.example"]


def test_a_text_is_filled_in_word_for_word(settings) -> None:
    settings.SERVICE_PHONE = "0 800 000 000"
    context = {"reference": "FL-34AC-7DEF", "code_word": "ластівка 47"}
    assert messages.render(message="news", language="uk", channel="sms", context=context).body == (
        "Є новина: звернення FL-34AC-7DEF, кодове слово ластівка 47. Подзвоніть: 0 800 000 000, або "
        "подзвонимо ми. Грошей не просимо."
    )


def said(language: str) -> list[str]:
    """Every message in this language."""
    return [file.read_text() for file in FILES if file.name.split(".")[1] == language]


def test_an_english_message_names_a_report_as_the_pages_do() -> None:
    assert not [text for text in said("en") if re.search(r"\brequests?\b", text, re.IGNORECASE)]
    assert [text for text in said("en") if "reference number" in text]


@pytest.mark.parametrize(
    ("language", "call", "condition"),
    [
        (
            "uk",
            "подзвонимо|зателефонуємо",
            r"не зателефонуєте нам, (ми )?зателефонуємо на номер|Подзвоніть: .*, або подзвонимо",
        ),
        (
            "ru",
            "позвоним",
            r"не позвоните нам, (мы )?позвоним по номеру|Позвоните: .*, или позвоним",
        ),
        ("en", "we (will )?call", r"nor call us, we will call the number|Call us: .*, or we call"),
    ],
)
def test_a_call_is_promised_to_whoever_neither_reads_the_news_nor_calls_and_gave_a_number(
    language, call, condition
) -> None:
    """Who writes back is called as well, since a message does not say what the news is: it may not promise less."""
    promising = [text for text in said(language) if re.search(call, text)]
    assert len(promising) == 4, "news twice, that we have the report, and that a list was checked"
    for text in promising:
        assert len(re.findall(call, text)) == len(re.findall(condition, text))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code_word", "http://x.ua"),
        ("code_word", "калина\nкалина"),
        ("code_word", "калина\u00a0"),
        ("code_word", "щ" * 17),
        ("code_word", ""),
        ("code_word", "{{ phone }}"),
        ("reference", "fl-34ac"),
        ("reference", "FL-34AC\n"),
        ("reference", "Шевченко"),
    ],
)
def test_a_value_that_could_carry_more_than_itself_is_refused(name: str, value: str) -> None:
    context = {"reference": "FL-1", "code_word": "калина", name: value}
    with pytest.raises(messages.RefusedMessage) as refused:
        messages.render(message="news", language="uk", channel="sms", context=context)
    assert not value or value not in str(refused.value)


@pytest.mark.parametrize(
    ("message", "language", "context"),
    [
        ("death", "uk", {}),
        ("news", "de", LONGEST),
        ("news", "uk", {"reference": "FL-1"}),
        ("news", "uk", {**LONGEST, "name": "Іван"}),
    ],
)
def test_an_unknown_message_language_or_value_is_refused(message, language, context) -> None:
    with pytest.raises(messages.RefusedMessage):
        messages.render(message=message, language=language, channel="sms", context=context)


@pytest.mark.parametrize(
    "source", ["{% now 'Y' %}", "{{ name|upper }}", "{{ a.b }}", "{% if x %}y{% endif %}"]
)
def test_a_template_that_does_more_than_fill_in_is_refused(source: str) -> None:
    with pytest.raises(messages.RefusedMessage):
        messages.placeholders(source)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ї" * 70, 1),
        ("ї" * 71, 2),
        ("ї" * 134, 2),
        ("ї" * 135, 3),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("a" * 70 + "’", 2),
    ],
)
def test_parts_are_counted_as_the_networks_do(text: str, parts: int) -> None:
    assert messages.sms_parts(text) == parts


def test_a_service_name_that_makes_an_sms_too_long_is_found_at_the_start(settings) -> None:
    assert every_sms_fits(None) == []
    settings.SERVICE_NAME = "Координаційний центр допомоги родинам"
    assert {finding.id for finding in every_sms_fits(None)} == {"notifications.E001"}


def test_news_waits_for_codes_only() -> None:
    assert sorted(messages.KINDS, key=lambda key: messages.KINDS[key].priority)[:2] == [
        "contact_code",
        "news",
    ]


def test_the_version_is_that_of_the_file() -> None:
    uk = messages.render(message="news", language="uk", channel="sms", context=LONGEST)
    ru = messages.render(message="news", language="ru", channel="sms", context=LONGEST)
    assert re.fullmatch("[0-9a-f]{12}", uk.version)
    assert uk.version != ru.version
