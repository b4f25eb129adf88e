"""The columns as caseworkers told them of a source, remembered for its next list under keyed hashes of the headings.

What stood as a heading may be a name: a plain hash of it tells whoever guesses right.
"""

from collections.abc import Iterator, Mapping

from django.contrib.auth.models import User
from django.db.models.functions import Now

from familylink.sealing import blind_index
from matching import lists
from matching.models import SourceLayout

Fields = tuple[str, ...]


class _Known(Mapping[str, Fields]):
    """Layouts told of one list, by the fingerprints of its headings; else those kept for its source, which are found
    by the same fingerprints and cannot be read back."""

    def __init__(self, told: lists.Mapping, kept: lists.Mapping) -> None:
        self._told, self._kept = told.layouts, kept.layouts

    def __getitem__(self, layout: str) -> Fields:
        return self._told[layout] if layout in self._told else self._kept[kept_as(layout)]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._told, *self._kept))

    def __len__(self) -> int:
        return len(self._told) + len(self._kept)


def kept_as(layout: str) -> str:
    """The keyed hash of a fingerprint, 64 hexadecimal digits."""
    return blind_index("layout of a list", layout).hex()


def remember(source_name: str, told: lists.Mapping, by: User | None) -> None:
    """Offer this for the next list of the source; layouts told before stay."""
    earlier = _kept(SourceLayout.objects.select_for_update().filter(source_name=source_name).first())
    keyed = lists.Mapping({kept_as(layout): fields for layout, fields in told.layouts.items()})
    SourceLayout.objects.update_or_create(
        source_name=source_name,
        defaults={
            "mapping": earlier.together_with(keyed).to_json(),
            "changed_at": Now(),
            "changed_by": by,
        },
    )


def known_beside(told: lists.Mapping, source_name: str) -> lists.Mapping:
    """What was told of a list, and where that says nothing, what is remembered of its source."""
    return lists.Mapping(_Known(told, _kept(SourceLayout.objects.filter(source_name=source_name).first())))


def _kept(layout: SourceLayout | None) -> lists.Mapping:
    return lists.Mapping.from_json(layout.mapping) if layout else lists.Mapping()
