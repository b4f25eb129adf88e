"""What families told us: missing persons, reports, contacts, and who of the staff looked."""

from familylink.reports.models.access import AccessRecord, AccountChange
from familylink.reports.models.consent import Consent, Purpose
from familylink.reports.models.contact import Channel, Contact, ContactCode
from familylink.reports.models.draft import Draft
from familylink.reports.models.flag import BLOCKING, Flag, FlagKind
from familylink.reports.models.known_key import KnownKey
from familylink.reports.models.link import ReportLink
from familylink.reports.models.person import MissingPerson, MissingPersonKey, PersonName, Sex
from familylink.reports.models.picture import Picture
from familylink.reports.models.report import Ending, Relation, Report, ToldHow
from familylink.reports.models.tally import Tally
from familylink.reports.models.telling_order import TellingOrder

__all__ = [
    "BLOCKING",
    "AccessRecord",
    "AccountChange",
    "Channel",
    "Consent",
    "Contact",
    "ContactCode",
    "Draft",
    "Ending",
    "Flag",
    "FlagKind",
    "KnownKey",
    "MissingPerson",
    "MissingPersonKey",
    "PersonName",
    "Picture",
    "Purpose",
    "Relation",
    "Report",
    "ReportLink",
    "Sex",
    "Tally",
    "TellingOrder",
    "ToldHow",
]
