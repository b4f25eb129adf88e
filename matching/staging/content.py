"""What makes two rows the same row, and two lists the same list: keyed hashes of what they say."""

import unicodedata
from collections.abc import Iterable

from familylink.sealing import blind_index
from matching import engine, lists
from matching.models import ListEntry


def name_text(name: engine.Name) -> str:
    """The name as the staff read it."""
    parts = " ".join(part for part in (name.surname, name.given, name.patronymic) if part)
    return parts or name.full


def facts_of(row: lists.PersonRow) -> dict[str, str]:
    """All that a row says of a man, as an entry keeps it. Its number and place in the file are not of him."""
    person = row.person
    return {
        "name_text": "; ".join(name_text(name) for name in person.names),
        "birth_date": str(person.birth),
        "sex": person.sex,
        "place": person.place,
        "unit": person.unit,
        "rank": person.rank,
        "note": row.note,
    }


def content_index(facts: dict[str, str]) -> bytes:
    """Equal for two rows that say the same, whatever their case, blanks, apostrophes and encoding."""
    return blind_index("entry-content", "\x1f".join(_folded(text) for text in facts.values()))


def content_index_of(entry: ListEntry) -> bytes:
    """The same of a stored entry; older ones have none stored."""
    if entry.content_index is not None:
        return bytes(entry.content_index)
    fields = ("name_text", "birth_date", "sex", "place", "unit", "rank", "note")
    return content_index({field: getattr(entry, field) or "" for field in fields})


def rows_index(contents: Iterable[bytes], refused: Iterable[str]) -> bytes:
    """Equal for two lists with the same rows, readable and refused, in any order."""
    rows = sorted(content.hex() for content in contents)
    return blind_index("list-rows", "\n".join([*rows, "", *sorted(map(_folded, refused))]))


def cluster_index(wave_id: int, profile: engine.Profile) -> bytes | None:
    """Equal for one man on two lists of a wave: his whole name, in whatever language, and his full birth date.

    None where the row says less: a name alone is borne by many.
    """
    return blind_index("entry-cluster", f"{wave_id}|{profile.cluster}") if profile.cluster else None


_SPELT_ALIKE = str.maketrans(dict.fromkeys("’ʼ`´‘ʹ′", "'"))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_SPELT_ALIKE).split())
