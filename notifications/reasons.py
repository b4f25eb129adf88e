"""Why a message is held until a person, or the family, does something: the codes that rows keep."""

SENDING_OFF = "sending_off"
CONTACT_UNCONFIRMED = "contact_unconfirmed"
PROOF_TOO_OLD = "proof_too_old"
CORRECTION_OPEN = "correction_open"
