"""Triggers for tables that are a record of what people did: rows are added, never changed or deleted."""

import pgtrigger

from familylink.sealing import is_only_resealed


def only_added(
    name: str, *, sealed: tuple[str, ...] = (), closing: tuple[str, ...] = (), until: str = ""
) -> list[pgtrigger.Trigger]:
    """The database refuses DELETE and UPDATE; `name` is unique within the model and at most 40 characters.

    A `closing` column may be set once, when what the row tells of comes to its end; with `until`, while that column
    is empty. A `sealed` one may change its key and nothing else, so that keys can rotate.
    """
    columns = sorted({*sealed, *closing})
    free = ", ".join(f"'{column}'" for column in columns)
    same = f"to_jsonb(NEW) - ARRAY[{free}]::text[] = to_jsonb(OLD) - ARRAY[{free}]::text[]"
    kept = [
        same,
        *(
            _kept(column, column in sealed, until or column if column in closing else "")
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


def _kept(column: str, is_sealed: bool, until: str) -> str:
    allowed = [f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}"]
    if until:
        allowed.append(f"OLD.{until} IS NULL")
    if is_sealed:
        allowed.append(is_only_resealed(column))
    return f"({' OR '.join(allowed)})"
