"""Triggers for tables that are a record of what people did: rows are added, never changed or deleted."""

import pgtrigger

from familylink.sealing import is_only_resealed


def only_added(
    name: str,
    *,
    sealed: tuple[str, ...] = (),
    closing: tuple[str, ...] = (),
    until: str = "",
    emptied: tuple[str, ...] = (),
) -> list[pgtrigger.Trigger]:
    """The database refuses DELETE and UPDATE; `name` is unique within the model and at most 40 characters.

    A `closing` column may be set once, when what the row tells of comes to its end; with `until`, while that column
    is empty. A `sealed` one may change its key and nothing else, so that keys can rotate. An `emptied` one may become
    null for good, as its family wished.
    """
    columns = sorted({*sealed, *closing, *emptied})
    free = ", ".join(f"'{column}'" for column in columns)
    same = f"to_jsonb(NEW) - ARRAY[{free}]::text[] = to_jsonb(OLD) - ARRAY[{free}]::text[]"
    kept = [
        same,
        *(
            _kept(column, column in sealed, until or column if column in closing else "", column in emptied)
            for column in columns
        ),
    ]
    return [
        pgtrigger.Protect(name=f"{name}_no_delete", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_only_added",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"""
    IF NOT ({" AND ".join(kept)}) OR to_jsonb(NEW) = to_jsonb(OLD)
    THEN RAISE EXCEPTION '{name} are only added' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
""",
        ),
    ]


def _kept(column: str, is_sealed: bool, until: str, may_be_emptied: bool) -> str:
    allowed = [f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}"]
    if until:
        allowed.append(f"OLD.{until} IS NULL")
    if is_sealed:
        allowed.append(is_only_resealed(column))
    if may_be_emptied:
        allowed.append(f"NEW.{column} IS NULL")
    return f"({' OR '.join(allowed)})"
