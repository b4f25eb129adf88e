"""Why a message stands where it stands: the codes that rows keep, and the words for them."""

from django.utils.translation import gettext_lazy as _

SENDING_OFF = "sending_off"
QUIET_HOURS = "quiet_hours"
CONTACT_UNCONFIRMED = "contact_unconfirmed"
PROOF_TOO_OLD = "proof_too_old"
CORRECTION_OPEN = "correction_open"
CORRECTION_CLOSED = "correction_closed"
STRANGER_MET = "a_caller_met_a_stranger"
CANNOT_BE_WRITTEN = "cannot_be_written"
MAY_BE_A_MINOR = "may_be_a_minor"
BIRTH_DATE_DAMAGED = "birth_date_damaged"
KNOWN_ADDRESS = "known_address"  # basis of a code: no stranger has brought this address
HAS_HEARD = "has_heard"
TOLD_WITH_ANOTHER = "told_with_another_report"


def of_stop(stop_reason: str) -> str:
    """The code that a message keeps which did not leave because its address is stopped: `Recipient.StopReason` in,
    code out."""
    return f"recipient_{stop_reason}"


ASKED_TO_STOP = of_stop("asked")
NOT_THEIRS = of_stop("not_me")
DOUBTED = of_stop("doubted")
COMPLAINED = of_stop("complained")
DEAD_ADDRESS = of_stop("dead_address")
# Our own reasons; a code of a provider is shown as the provider gives it.
WORDS = {
    SENDING_OFF: _("sending is off"),
    "switch_off": _("the sending switch was off"),
    CONTACT_UNCONFIRMED: _("the address is not confirmed: call the family"),
    PROOF_TOO_OLD: _("the address was confirmed long ago: call the family"),
    CORRECTION_OPEN: _("earlier news was taken back: call the family first"),
    CORRECTION_CLOSED: _("earlier news was put right: call the family with this, or record that it was told"),
    "row_removed": _("the corrected list no longer has this row"),
    "row_changed": _("the corrected list says something else in this row"),
    "list_withdrawn": _("the list was withdrawn"),
    "undone": _("the decision was taken back"),
    "report_withdrawn": _("the report was withdrawn"),
    "held_too_long": _("held for too long"),
    "lapsed": _("its time has passed"),
    "lease_ran_out": _("a worker stopped in the middle"),
    "may_have_been_sent": _("may or may not have been sent"),
    "provider_never_saw_it": _("the provider never saw it"),
    "sent_after_cancel": _("was sent although it had been cancelled"),
    "sent_again_by_a_person": _("sent again by a member of staff"),
    "confirmed_by_a_person": _("a member of staff has spoken to the family"),
    "person_says_not_sent": _("a member of staff says that it did not arrive"),
    "text_differs_from_what_was_posted": _("the text is not the one that was posted"),
    "staff_desk": _("by a member of staff"),
    QUIET_HOURS: _("quiet hours there"),
    "enough_for_today": _("they have had one today"),
    "too_many_for_one_recipient": _("too many to one address in a day"),
    "too_many_codes_in_an_hour": _("more codes asked for in an hour than families need"),
    "too_many_in_an_hour": _("more messages in an hour than any wave needs"),
    "number_is_not_safe": _("a network of the other side: a person decides"),
    ASKED_TO_STOP: _("they asked us to stop"),
    NOT_THEIRS: _("a stranger has this address"),
    STRANGER_MET: _("a caller has met a stranger at the number"),
    DOUBTED: _("somebody there has said that this is not for them: call the family"),
    COMPLAINED: _("called our e-mail spam"),
    DEAD_ADDRESS: _("the address does not exist"),
    "no_gate": _("nobody vouches for it"),
    "decision_no_longer_stands": _("the decision no longer stands"),
    "report_not_open": _("the report is not open"),
    "reviewer_lost_the_right": _("one of the two who decided may no longer decide"),
    HAS_HEARD: _("the family knows already"),
    TOLD_WITH_ANOTHER: _("the same address hears it under another report"),
    "flag_stands": _("a flag holds it"),
    "flag_raised": _("a flag was raised"),
    "unlinked": _("the reports are linked no more"),
    "report_erased": _("the report was erased"),
    "unknown_reference": _("nobody vouches for it"),
    "facts_changed": _("what the family tells of him has changed, and speaks less for this pair"),
    MAY_BE_A_MINOR: _("this may be a minor: a person must speak to the family"),
    BIRTH_DATE_DAMAGED: _(
        "the birth date cannot be read, so nobody knows whether this is a minor: a person must speak to the family"
    ),
    "language_changed": _("the family has changed its language"),
    "not_yet_compared": _("what they told is not compared yet, or could not be"),
    "rows_unseen": _("rows of the list that may be theirs are not read, or too common to compare"),
    "a_likely_pair_waits": _("a likely pair waits for reviewers"),
    "somebody_was_found": _("somebody was found"),
    CANNOT_BE_WRITTEN: _("no approved wording can say it"),
    "wording_retired": _("its wording was retired"),
    "database_was_restored": _("this database was restored from a backup"),
    "provider_down": _("the provider takes nothing at the moment"),
    "went_over_another_channel": _("sent over another channel"),
}


def in_words(reason: str) -> str:
    """Our own reasons in the reader's language, a provider's code as it is."""
    return str(WORDS.get(reason, reason))
