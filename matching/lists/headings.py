"""What a heading means: the words that offices, registers and PFIF files put above a column."""

import re

# Latin letters typed inside Cyrillic words ("Прiзвище") look the same and are not.
_LOOKALIKES = str.maketrans("aceiopxyk", "асеіорхук")
_MARKS = re.compile(r"[.'’ʼ`´\"]")
_VARIANT_WORDS = {
    "u": ("u", "ua", "uk", "ukr", "укр", "українською", "украинский", "украинском", "укрмовою"),
    "r": ("r", "ru", "rus", "рос", "російською", "русский", "рус", "русском"),
    "e": ("e", "en", "eng", "lat", "англ", "англійською", "латиницею", "латинкою", "латиницей", "latin"),
}
_VARIANT_OF = {word: variant for variant, words in _VARIANT_WORDS.items() for word in words}

_ABOUT_ANOTHER = (
    r"заявни|заявит|контакт|телефон|phone|e ?mail|родич|родств|\bмат(ер|и\b|ь\b)"
    r"|\bбатька|\bотца|дружин|\bжен[аы]\b"
    r"|чоловіка|супруг|дитин|ребен|reporter|author|source|relative|mother|father"
    r"|spouse|wife|submitter|applicant"
    r"|inquirer|next of kin|хто повідом|кто сообщ"
)
_REPORT_ID = (
    r"^report ?id$|person record id|^record id$|^id$|^reference( number)?$|^ref$|^report( number| no)?$"
    r"|номер (заявки|звернення|повідомлення|заяви|обращения|заявления)|^код заявки$"
)
_NUMBER = (
    r"^(№|#|n|no|nn|nr|row|line|number|num|номер|s no)( ?(пп|зп|п п|з п))?$"
    r"|^(порядковий номер|порядковый номер|пп|зп)$"
)
_BIRTH_PLACE = (
    r"(місце|место|place|країна|страна|country|город|city|town|місто|область).*(народж|рожд|birth|\bнар)"
    r"|birth ?(place|city|country|town)"
)
_BIRTH_DATE = (
    r"народж|народив|родился|родилась|рожден|рожд\b|\bнар\b|\bд ?н\b|\bд ?р\b|^р ?н$|^г ?р$"
    r"|birth|\bborn\b|\bdob\b|^yob$"
)
_OTHER_PLACE = (
    r"утриман|содержан|плен[аеу]?\b|полон[іуі]?\b|зникн|исчезн|пропаж"
    r"|lost|captur|detention|звільнен|обмін|обмен"
)
_OTHER_NAMES = (
    r"alternate names?|alias|\baka\b|also known|other (names?|spellings?)|інш[іе] (імена|написан)"
    r"|друг(ие|ое) (имена|написан)|варіант|вариант"
)
_FULL_NAME = (
    r"прізвищ.*(ім|ініц)|фамил.*(им|иниц)|\bп ?і ?б\b|\bф ?[иі] ?о\b|\bпиб\b|^full ?name|повне імя|полное имя"
    r"|(surname|family name|last name).*(given|first|name)|(first|given).*(surname|last|family)|^names?$"
    r"|^name of (person|prisoner)|^(особа|персона|боєць|полонен\w+"
    r"|військовополонен\w+|військовослужбовець|person"
    r"|военнослужащий|пленный|военнопленный)$"
)
_UNIT = (
    r"військова частина|^в ?ч\b|\bв ?ч$|підрозділ|бригад|^частина|\bunit\b|воинск"
    r"|войсков|подраздел|^часть|батальйон"
    r"|батальон|формуванн|формирован|місце служби|место службы|brigade|regiment"
)
_PLACE = (
    r"прожив|адрес|\bобласт|^район|^місто|^город|населен|home (city|state|country"
    r"|neighborhood)|residence|address"
    r"|^city|^region|^oblast|^place|звідки|родом|місце реєстр|место регистр|^місце$|^место$|hometown"
)
_NOTE = r"приміт|примеч|\bnotes?\b|remark|comment|коментар|комментар|додатков|other info"

# (field, variant, pattern), or ("", why it is not used, pattern). What is about somebody or something else
# comes first, so that "ПІБ заявника" or "Дата полону" is never taken for the man's own.
_RULES = tuple(
    (field, extra, re.compile(pattern))
    for field, extra, pattern in (
        ("", "about_another", _ABOUT_ANOTHER),
        ("report_id", "", _REPORT_ID),
        ("number", "", _NUMBER),
        ("sex", "", r"^стать|^пол$|^пол [мж]|^sex\b|^gender\b"),
        ("place", "", _BIRTH_PLACE),
        ("birth_date", "", _BIRTH_DATE),
        ("age", "", r"^вік\b|^возраст|^age\b"),
        ("", "some_date", r"^дата$|^date$"),
        ("", "other_date", r"^дата|\bdate\b|^рік |^год |^час |^время "),
        ("", "other_place", _OTHER_PLACE),
        ("", "unknown", r"\btype\b|strength|language|статус|status|number of"),
        ("other_names", "former", r"дівоч|девич|колишн|прежн|попередн|maiden|former|previous (sur)?name"),
        ("other_names", "", _OTHER_NAMES),
        ("full_name", "script", r"name non latin script"),
        ("full_name", "", _FULL_NAME),
        ("given", "", r"^імя.*батьков|^имя.*отч"),
        ("patronymic", "", r"по батькові|батькові|отчест|patronymic|middle ?name|^name [2-5]$"),
        ("surname", "", r"прізвищ|фамил|surname|last ?name|family ?name|^name 6$"),
        ("given", "", r"^імя|^имя|given|first ?name|forename|^name 1$"),
        ("callsign", "", r"^позивн|^позывн|^псевдо|call ?sign"),
        ("rank", "", r"звання|звание|\brank\b"),
        ("unit", "", _UNIT),
        ("place", "", _PLACE),
        ("note", "", _NOTE),
    )
)


_REASONS = {"age": "age"}
UNDER = " › "  # between the heading of a group of columns and the heading under it


def words_of(heading: str) -> str:
    """In small letters and unmarked: "П.І.Б.", "в/ч", "LAST_NAME_U" -> "піб", "вч", "last name u"."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading).casefold().replace("ё", "е")
    text = re.sub(r"\b(\w{1,2})/(\w{1,2})\b", r"\1\2", _MARKS.sub("", text))
    if re.search("[а-яіїєґ]", text):
        text = re.sub(r"\w+", _one_script, text)
    return " ".join(re.sub(r"[^\w№#]|_", " ", text).split())


def _one_script(word: re.Match[str]) -> str:
    text = word[0]
    return text.translate(_LOOKALIKES) if re.search("[а-яіїєґ]", text) else text


def meaning(heading: str) -> tuple[str, str, str]:
    """(field, variant, reason code) of a heading; field "" when it is not used or not recognised.

    `variant` tells spellings of one name apart: "u", "r", "e" for languages, "former", "script".
    """
    top, group, sub = heading.partition(UNDER)
    if group:
        return _meaning_of_two(top, sub)
    words = words_of(heading) if len(heading) <= 120 else ""
    if not words:
        return "", "", "unknown"
    words, variant = _without_language(words)
    for field, extra, pattern in _RULES:
        if pattern.search(words):
            return (field, variant or extra, _REASONS.get(field, "heading")) if field else ("", "", extra)
    return "", "", "unknown"


def _meaning_of_two(top: str, sub: str) -> tuple[str, str, str]:
    """ "ПІБ" over "Прізвище" is the surname, "Місце" over "народження" and the reverse are one place."""
    of_top, of_sub = meaning(top), meaning(sub)
    if of_top[2] == "about_another":
        return of_top
    if of_sub[2] != "unknown" and (of_top[0] == "full_name" or of_top[2] == "unknown"):
        return of_sub
    # Both orders at once: it is "дата народження" whichever of the two stands above.
    of_both = meaning(f"{top} {sub} {top}")
    return of_both if of_both[2] != "unknown" else of_sub


def _without_language(words: str) -> tuple[str, str]:
    head, _, last = words.rpartition(" ")
    return (head, _VARIANT_OF[last]) if head and last in _VARIANT_OF else (words, "")
