"""Invented people in three spellings, planted in every table that tells of people, by the real doors."""

import base64
import hashlib
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import openpyxl
from django.contrib.auth.models import User

from familylink.reports import contact_codes, intake
from familylink.reports.models import Draft, Picture, Report, TellingOrder
from matching import lists_intake, review
from matching.engine.normalise import token
from matching.engine.sounds import consonants
from matching.lists import ReadAs
from matching.models import Correction, Match, RefusedRow, SourceList
from matching.news import corrections
from notifications import delivery, replies
from tests.factories import (
    a_committed_list,
    a_lead,
    a_person,
    a_received_list,
    a_report,
    a_reviewer,
    a_wave,
    commit,
    match_all,
)

FAMILIES = (
    {
        "surname": "Вересняченко", "given": "Любослав", "patronymic": "Світозарович", "birth": "1979-11-23",
        "phone": "+380671234509", "email": "verbena.klenova@example.org", "language": "uk",
        "place": "Журавлинопіль", "unit": "Ф7391",
    },
    {
        "surname": "Щекоткинский", "given": "Евстигней", "patronymic": "Ферапонтович", "birth": "1968-02-29",
        "phone": "+380509876501", "email": "mother.of.evstigney@example.org", "language": "ru",
        "place": "Снегириноград", "unit": "Ж6043",
    },
    {
        "surname": "Zhuravlynskyi", "given": "Bohuslav", "patronymic": "Yaropolkovych", "birth": "1991-08-17",
        "phone": "+48601234567", "email": "zhuravlynska@example.org", "language": "en",
        "place": "Fliederhausen", "unit": "Щ5127",
    },
)  # fmt: skip
CIRCUMSTANCES = "востаннє телефонував із Малинобродська"
REPORTER = "Вереснякова Ніна"  # as the factory has it
UNSENT = "тітонька Лукерія Підопригора"
ON_A_PHOTO = "Кругловусий Драгомир"
VERDICT_NOTE = "упізнала тітка Горпинка"
CORRECTION_NOTE = "передзвонили дядькові Хомутовському"
UNDO_NOTE = "переплутано з Околицькодубом"
FLAG_NOTE = "дружина Мелетинська на сьомому місяці"
LINK_NOTE = "свекруха й невістка Перегудівські"
ORDER_NOTE = "спершу мати, Палажка Сивокобильська"
ROW_NOTE = "шрам над лівою бровою"
BAD_ROW = "Зіпсованенко Кошторис;31.06.1975;;;"
STRANGER, WROTE_BACK = "+380443219876", "передайте Калістрату Хуртовині"
FILENAME = "список-Бобринчука.csv"
ON_A_SHEET = "Зимоколос Пантелеймон Юстинович;07.05.1966;;;"
SHEET = "рота Кружаленка"
NUMBER_AT_SOURCE = "паспорт ЩЖ-7391204-Ємельянчука"


def plant() -> list[str]:
    """Families, lists, matches, decisions, messages owed and delivered; returns every text that tells of somebody.

    Sending must be on, into the sink.
    """
    reports = [a_report(**family, circumstances=CIRCUMSTANCES) for family in FAMILIES]
    a_received_list(*map(_row, FAMILIES), "Незатверджений Рукописець;1.1.1950;;;", heading=HEADING)
    run = a_committed_list(*map(_row, FAMILIES), BAD_ROW, heading=HEADING, filename=FILENAME)
    _in_a_workbook()
    _from_another_organisation()
    match_all()
    reviewers = a_reviewer(), a_reviewer()
    _desk_notes(reports, *reviewers)
    for match in Match.objects.all():
        for reviewer in reviewers:
            review.decide(
                match.pk, reviewer=reviewer, verdict="same", note=VERDICT_NOTE, revision=match.revision
            )
    delivery.deliver_due()
    lists_intake.withdraw_list(run.source_list_id, by=None)
    for correction in Correction.objects.all():
        corrections.settle(correction.pk, by=reviewers[0], note=CORRECTION_NOTE)
    draft = Draft.objects.create(answers={"told_by": UNSENT})
    Picture.objects.create(draft=draft, kind="photo", content=ON_A_PHOTO.encode())
    replies.receive(transport="sink", event_id="1", sender=STRANGER, text=WROTE_BACK)
    contact_codes.send_sign_in_code(reports[0])  # owed, and not delivered
    return list(_told(reports))


def _in_a_workbook() -> None:
    """Names of sheets: on an entry, on a refused row, and where a caseworker says how the file is to be read."""
    received = lists_intake.receive_list(
        wave=a_wave(),
        source_name="Штаб",
        kind="released",
        reliability="A",
        filename="book.xlsx",
        content=workbook({SHEET: [HEADING, ON_A_SHEET, BAD_ROW]}),
        by=None,
    )
    lists_intake.read_anew(received.pk, by=None, read_as=ReadAs(sheets=(SHEET,)), header_lines={SHEET: 1})
    commit(SourceList.objects.get(pk=received.pk))
    assert RefusedRow.objects.filter(sheet__isnull=False).exists()


def workbook(sheets: dict[str, list[str]]) -> bytes:
    """A file of these sheets, each with its rows; cells are parted by semicolons."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row.split(";"))
    book.save(file)
    return file.getvalue()


def _from_another_organisation() -> None:
    intake.file_report(
        intake.Told(
            person=a_person("Незабутько", "Остап"),
            relation="other",
            language="uk",
            source=Report.Source.IMPORT,
            source_reference=f"{NUMBER_AT_SOURCE}~1",
            source_number=NUMBER_AT_SOURCE,
        )
    )


def _desk_notes(reports: list[Report], first: User, second: User) -> None:
    """What the desk writes down besides verdicts: a verdict taken back, a flag, a link that came to nothing."""
    match = Match.objects.all()[0]
    review.decide(match.pk, reviewer=first, verdict="same", note=VERDICT_NOTE, revision=match.revision)
    review.undo(match.pk, by=first, note=UNDO_NOTE)
    flag = review.raise_flag(match.missing_person_id, kind="hold", by=first, note=FLAG_NOTE)
    review.lower_flag(flag.pk, by=a_lead(), note=FLAG_NOTE)
    link = review.propose_link(reports[0].pk, reports[1].missing_person_id, by=first, note=LINK_NOTE)
    review.end_link(link.pk, by=second, note=LINK_NOTE)
    TellingOrder.objects.create(
        missing_person_id=reports[0].missing_person_id,
        reports=[reports[0].pk],
        note=ORDER_NOTE,
        set_by=first,
    )


HEADING = "ПІБ;Дата народження;Місце;Частина;Примітка"


def _row(family: dict[str, str]) -> str:
    year, month, day = family["birth"].split("-")
    name = " ".join(family[part] for part in ("surname", "given", "patronymic"))
    return f"{name};{day}.{month}.{year};{family['place']};{family['unit']};{ROW_NOTE}"


def _told(reports: Iterable[Report]) -> Iterator[str]:
    for family in FAMILIES:
        yield from (text for name, text in family.items() if name != "language")
        yield _row(family).split(";")[1]
    for report in reports:
        yield report.code_word
    yield from (
        CIRCUMSTANCES,
        REPORTER,
        UNSENT,
        ON_A_PHOTO,
        VERDICT_NOTE,
        CORRECTION_NOTE,
        ORDER_NOTE,
        UNDO_NOTE,
        FLAG_NOTE,
        LINK_NOTE,
        ROW_NOTE,
        FILENAME,
        SHEET,
        *ON_A_SHEET.split(";")[:2],
        NUMBER_AT_SOURCE,
        STRANGER,
        WROTE_BACK,
        *BAD_ROW.split(";")[:2],
    )
    yield "Незатверджений Рукописець"


# ------------------------------------------------------------------------------------- how they might be found

KMU_2010 = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёыэъ'",
        (
            "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch _ iu ia yo y e _ _"
        ).replace("_", "\0").split(" "),
        strict=True,
    )
)  # fmt: skip
PASSPORT_RU = KMU_2010 | {"г": "g", "и": "i", "щ": "shch", "ю": "yu", "я": "ya", "й": "y", "ё": "e"}
LEAST_LETTERS = 5  # a shorter word turns up in a dump by chance
LEAST_DIGITS = 10  # sealed values are dumped in hexadecimal, where a unit's five signs turn up by chance too


def forms(texts: Iterable[str]) -> set[bytes]:
    """Every way in which these texts, or a long word of them, might stand in a file; letters in lower case."""
    words = (word for text in texts for word in (text, *filter(_is_telling, text.split())))
    wholes = {form for word in words for form in _spellings(word)}
    found = {form for whole in wholes for form in _encoded(whole)}
    return {form for form in found if len(form) >= (LEAST_DIGITS if _is_hex(form) else LEAST_LETTERS)}


def _is_hex(form: bytes) -> bool:
    return not form.strip(b"0123456789abcdef")


def _is_telling(word: str) -> bool:
    """Long enough to be nobody's but a canary's."""
    return len(word) >= 8


def _spellings(text: str) -> Iterator[str]:
    if len(text) < LEAST_LETTERS:
        return
    yield from (text, text.upper(), text.lower(), unicodedata.normalize("NFD", text))
    yield text.removeprefix("+")
    for table in (KMU_2010, PASSPORT_RU):
        yield "".join(table.get(letter, letter) for letter in text.lower()).replace("\0", "")
    yield from _engine_forms(text)


def _engine_forms(word: str) -> Iterator[str]:
    compiled = token(word) if " " not in word else None
    if compiled is not None:
        skeletons = [consonants(loose) for loose in compiled.loose]
        wanted = [compiled.folded, *compiled.readings, *compiled.loose, *skeletons]
        yield from (form for form in wanted if len(form) >= LEAST_LETTERS)


def _encoded(text: str) -> Iterator[bytes]:
    yield text.encode().lower()
    yield text.lower().encode()
    yield json.dumps(text)[1:-1].lower().encode()
    yield quote(text).lower().encode()
    for raw in (text.encode(), text.encode("utf-16-le"), text.encode("cp1251", "ignore")):
        yield raw.hex().encode() if len(raw) >= LEAST_LETTERS else b""
        yield from (_in_base64(raw, shift).lower() for shift in range(3))
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
        yield hashlib.new(name, text.encode()).hexdigest().encode()


def _in_base64(raw: bytes, shift: int) -> bytes:
    """What base64 always makes of these bytes when so many others stand before them."""
    coded = base64.b64encode(b"\0" * shift + raw)
    whole = (shift + len(raw)) * 8 // 6
    cut = coded[-(-shift * 8 // 6) : whole]
    return cut if len(cut) >= 2 * LEAST_LETTERS else b""
