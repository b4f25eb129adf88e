"""Two spellings side by side: which letters differ, marked inside the words, and how each is read in Latin."""

from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# The resolution of the Ukrainian government (KMU-55), and what Russian has besides: to read aloud, not to match.
_CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёыэъ'ʼ’"
_SOUNDS = "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch _ iu ia io y e _ _ _ _"
_LATIN = dict(zip(_CYRILLIC, _SOUNDS.split(), strict=True))
_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya", "ё": "yo"}


def in_latin(text: str) -> str:
    """The words in Latin letters; "" where they are Latin already."""
    words = " ".join(_word(word) for word in text.split())
    return "" if words.casefold() == " ".join(text.split()).casefold() else words


def _word(word: str) -> str:
    lower = word.lower()
    first = _FIRST.get(lower[:1], _LATIN.get(lower[:1], lower[:1]))
    rest = "".join(_LATIN.get(letter, letter) for letter in lower[1:])
    plain = (first + rest).replace("_", "")
    return plain.capitalize() if word[:1].isupper() else plain


def marked(wanted: str, found: str) -> tuple[SafeString, SafeString]:
    """Both, with what the other has not wrapped in <mark>; nothing is marked where one is silent or all differs."""
    if not wanted or not found:
        return format_html("{}", wanted), format_html("{}", found)
    matcher = SequenceMatcher(None, wanted.casefold(), found.casefold(), autojunk=False)
    if len(wanted.casefold()) != len(wanted) or len(found.casefold()) != len(found):
        return format_html("{}", wanted), format_html("{}", found)
    ours, theirs = [], []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        ours.append((wanted[start:end], kind != "equal"))
        theirs.append((found[other_start:other_end], kind != "equal"))
    return _html(ours), _html(theirs)


def _html(parts: list[tuple[str, bool]]) -> SafeString:
    marks = (format_html("<mark>{}</mark>" if is_marked else "{}", part) for part, is_marked in parts if part)
    return format_html_join("", "{}", ((mark,) for mark in marks))
