"""DO: a received file is read into rows that wait; a commit writes them as entries and puts the list in force.

All of it survives a kill: a reading is claimed by a lease and starts anew; a slice is written whole under its row's
lock or not at all; the last step is one transaction.
"""

from matching.staging.entries import write_entries
from matching.staging.layouts import remember
from matching.staging.reading import (
    AlreadyReceived,
    Staged,
    keep,
    read_next_list,
    refusal,
    refuse_known,
    stage,
)
from matching.staging.rows import (
    problems_of,
    recognition_of,
    refusal_sentence,
    remark_of,
    row_json,
    row_of,
)
from matching.staging.timeline import note_event
from matching.staging.typed import (
    content_typed,
    entries_of_row,
    entries_typed,
    read_again,
    rows_typed_for,
    typed_of,
)
from matching.staging.versions import copies_instead, standing_entries, take_back_entries
from matching.staging.writing import (
    CannotBeOpened,
    ComparedTooEarly,
    NotReplaceable,
    begin,
    put_in_force,
    put_next_in_force,
    write_next_slice,
)

__all__ = [
    "AlreadyReceived",
    "CannotBeOpened",
    "ComparedTooEarly",
    "NotReplaceable",
    "Staged",
    "begin",
    "content_typed",
    "copies_instead",
    "entries_of_row",
    "entries_typed",
    "keep",
    "note_event",
    "problems_of",
    "put_in_force",
    "put_next_in_force",
    "read_again",
    "read_next_list",
    "recognition_of",
    "refusal",
    "refusal_sentence",
    "refuse_known",
    "remark_of",
    "remember",
    "row_json",
    "row_of",
    "rows_typed_for",
    "stage",
    "standing_entries",
    "take_back_entries",
    "typed_of",
    "write_entries",
    "write_next_slice",
]
