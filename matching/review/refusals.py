"""What the desk refuses, each in words for whoever asked."""

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Nothing was recorded; `words` say why to the member of staff."""

    words = _("This verdict was not recorded.")


class Busy(Refused):
    words = _("Somebody is busy with this pair. Please try again.")


class AlreadyDecided(Refused):
    words = _("Somebody else has decided this pair meanwhile. Your verdict was not recorded.")


class Ended(Refused):
    words = _(
        "This pair is no longer proposed: the family's report has ended, or what is told has changed. "
        "Your verdict was not recorded, and nobody is told."
    )


class SettledByAnother(Refused):
    words = _("Another pair was confirmed meanwhile, which settles this one. Your verdict was not recorded.")


class NotDecided(Refused):
    words = _("This pair is open already: there is no decision that could be taken up again.")


class NotConfirmed(Refused):
    words = _("This pair is not confirmed any more: somebody has opened it again already.")


class CorrectionClosed(Refused):
    words = _("This correction is closed already. What was recorded then stands.")


class StaleRevision(Refused):
    words = _("The evidence has changed since you opened this page. Please look again.")


class FactsChanged(Refused):
    words = _(
        "What is told of this person has changed, and the pair is being compared anew. Your verdict was not recorded: "
        "please come back in a minute."
    )


class Weakened(Refused):
    words = _(
        "What is told of this person has changed since two people decided, and speaks less for this pair now. "
        "Nobody is told: a lead can open a correction."
    )


class TakenBackByTheList(Refused):
    words = _(
        "The list no longer names this person: it was corrected or withdrawn. "
        "Your verdict was not recorded, and nobody is told."
    )


class PlanChanged(Refused):
    words = _("What would be sent has changed since you opened this page. Please look again.")


class SameReviewer(Refused):
    words = _(
        "You have already given your verdict on this pair. The second one must come from somebody else."
    )


class NoteRequired(Refused):
    words = _("Please write a note that says why.")


class ReasonRequired(Refused):
    words = _("Please choose a reason that belongs to your verdict.")


class LeadNeeded(Refused):
    words = _("The reviewers disagree: a lead must decide now.")


class NotYours(Refused):
    words = _("Your role does not allow this any more. Nothing was recorded.")


class Claimed(Refused):
    words = _("A colleague is looking at this pair right now.")


class NothingToDecide(Refused):
    words = _("This pair waits for no verdict any more: there is nothing to claim.")


class EntryTaken(Refused):
    words = _(
        "This list entry, or another one of this wave about the same man, has been confirmed for another missing "
        "person. If both reports are about one man, link them; if not, the other confirmation must be taken back first."
    )


class NothingToUndo(Refused):
    words = _("There is no verdict of yours here that could be taken back.")


class TooLate(Refused):
    words = _("More than ten minutes have passed. A lead can open a correction.")


class AlreadySent(Refused):
    words = _("A message has already left: it cannot be undone. A lead can open a correction.")


class BulkOnlyForPossible(Refused):
    words = _(
        "Only open pairs of the band “possible” can be turned down together; the others need a look each."
    )


class TooMany(Refused):
    words = _("At most 200 pairs can be turned down together.")


class LinkRefused(Refused):
    words = _("These reports cannot be linked in this way.")


class LinkProposed(LinkRefused):
    words = _(
        "A colleague has proposed to link these two reports already, from the other one's page: agree to that here, "
        "or decline it."
    )


class OrderRefused(Refused):
    words = _("The families of this person have changed meanwhile, or one stands twice. Please look again.")


class NothingToTell(Refused):
    words = _("There is nobody who could be told now.")


class NobodyToAsk(Refused):
    words = _("No reporter with a confirmed address can be asked: call them.")


class CannotBeAsked(Refused):
    words = _(
        "No approved wording asks this family for what is missing: call them, or have a wording approved first. "
        "Nothing was recorded."
    )


class AlreadyAsked(Refused):
    words = _("This family was asked within the last week. Please wait, or call them.")
