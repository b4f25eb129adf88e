"""ASK: two different people decide; only then, and in the same transaction, a family is owed a message.

Everything that a person at the desk can do to a pair stands here, and nothing else changes one: `decide`, `undo`,
`reopen`, `tell`; flags, links of reports, corrections, claims. Each raises a Refused whose words the page shows.
"""

from matching.review.asking import ASKABLE, ask_family
from matching.review.claims import claim, next_for, release
from matching.review.correcting import close_correction, correct, reopen, script
from matching.review.deciding import already_gave_verdict, decide, reject_together
from matching.review.flags import lower_flag, raise_flag
from matching.review.letters import NEWS, Letter, Plan, may_tell, plan
from matching.review.linking import confirm_link, end_link, links_awaiting_second, propose_link
from matching.review.ordering import set_order
from matching.review.refusals import (
    AlreadyAsked,
    AlreadyDecided,
    AlreadySent,
    BulkOnlyForPossible,
    Busy,
    Claimed,
    EntryTaken,
    LeadNeeded,
    LinkRefused,
    NobodyToAsk,
    NoteRequired,
    NothingToTell,
    NothingToUndo,
    NotYours,
    OrderRefused,
    PlanChanged,
    ReasonRequired,
    Refused,
    SameReviewer,
    StaleRevision,
    TakenBackByTheList,
    TooLate,
    TooMany,
)
from matching.review.telling import tell, untold
from matching.review.undoing import UNDO_MINUTES, undo, undo_together, undoable

__all__ = [
    "ASKABLE",
    "NEWS",
    "UNDO_MINUTES",
    "AlreadyAsked",
    "AlreadyDecided",
    "AlreadySent",
    "BulkOnlyForPossible",
    "Busy",
    "Claimed",
    "EntryTaken",
    "LeadNeeded",
    "Letter",
    "LinkRefused",
    "NobodyToAsk",
    "NotYours",
    "NoteRequired",
    "NothingToTell",
    "NothingToUndo",
    "OrderRefused",
    "Plan",
    "PlanChanged",
    "ReasonRequired",
    "Refused",
    "SameReviewer",
    "StaleRevision",
    "TakenBackByTheList",
    "TooLate",
    "TooMany",
    "already_gave_verdict",
    "ask_family",
    "claim",
    "close_correction",
    "confirm_link",
    "correct",
    "decide",
    "end_link",
    "links_awaiting_second",
    "lower_flag",
    "may_tell",
    "next_for",
    "plan",
    "propose_link",
    "raise_flag",
    "reject_together",
    "release",
    "reopen",
    "script",
    "set_order",
    "tell",
    "undo",
    "undo_together",
    "undoable",
    "untold",
]
