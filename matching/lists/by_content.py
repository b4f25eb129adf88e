"""Columns that no heading explains are taken for what their cells look like."""

from collections.abc import Callable
from dataclasses import replace

from matching.lists import looks
from matching.lists.columns import NAME_FIELDS, Column
from matching.lists.headings import meaning

_OPEN = ("unknown", "some_date")  # the heading leaves it to the cells
_CELLS_LOOKED_AT = 40


def by_content(columns: list[Column], cells: list[list[str]]) -> list[Column]:
    """Fill in what headings left open: the date of birth, and the name if no heading told it."""
    known = {column.field for column in columns}
    if "birth_date" not in known:
        columns = _take_first(columns, cells, "birth_date", looks.like_birth_dates)
    if "unit" not in known:
        columns = _take_first(columns, cells, "unit", looks.like_units)
    if NAME_FIELDS & known:
        return columns
    named = _take_first(columns, cells, "full_name", looks.like_names_with_patronymic)
    if named is columns:
        named = _three_columns(columns, cells)
    return named if named is not columns else _take_first(columns, cells, "full_name", looks.like_names)


def spread(columns: list[Column], cells: list[list[str]]) -> list[Column]:
    """ "Прізвище, ім'я, по батькові" over three columns of one word each: what it spans it names."""
    for index, column in enumerate(columns):
        trio = columns[index : index + 3]
        if (
            column.field == "full_name"
            and len(trio) == 3
            and not any(each.heading.strip() for each in trio[1:])
            and all(looks.like_one_word(cells[each.index]) for each in trio)
            and looks.like_patronymics(cells[index + 2])
        ):
            taken = [
                replace(each, field=field, reason_code="spread", variant=column.variant)
                for each, field in zip(trio, ("surname", "given", "patronymic"), strict=True)
            ]
            return [*columns[:index], *taken, *columns[index + 3 :]]
    return columns


def _take_first(
    columns: list[Column], cells: list[list[str]], field: str, fits: Callable[[list[str]], bool]
) -> list[Column]:
    for column in columns:
        if _is_open(column, cells) and fits(cells[column.index]):
            taken = replace(column, field=field, reason_code="content")
            return [taken if each is column else each for each in columns]
    return columns


def _is_open(column: Column, cells: list[list[str]]) -> bool:
    """No heading explained the column, and none further down says that it is about somebody else."""
    above = (cell for cell in cells[column.index][:_CELLS_LOOKED_AT] if len(cell) <= 80)
    return column.reason_code in _OPEN and all(meaning(cell)[2] != "about_another" for cell in above)


def _three_columns(columns: list[Column], cells: list[list[str]]) -> list[Column]:
    """Surname, given name and patronymic side by side: only the patronymic tells itself."""
    for index in range(2, len(columns)):
        trio = columns[index - 2 : index + 1]
        if all(_is_open_word(each, cells) for each in trio) and looks.like_patronymics(cells[index]):
            fields = ("surname", "given", "patronymic")
            taken = [
                replace(each, field=field, reason_code="content")
                for each, field in zip(trio, fields, strict=True)
            ]
            return [*columns[: index - 2], *taken, *columns[index + 1 :]]
    return columns


def _is_open_word(column: Column, cells: list[list[str]]) -> bool:
    """A column that no heading explained, with one word in nearly every cell."""
    return _is_open(column, cells) and looks.like_one_word(cells[column.index])
