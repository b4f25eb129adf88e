"""What families told us: missing persons, reports, contacts, and who of the staff looked."""

from familylink.reports.models.access import AccessRecord
from familylink.reports.models.contact import Channel, Contact, ContactCode
from familylink.reports.models.person import MissingPerson, MissingPersonKey, PersonName, Sex
from familylink.reports.models.report import Relation, Report

__all__ = [
    "AccessRecord",
    "Channel",
    "Contact",
    "ContactCode",
    "MissingPerson",
    "MissingPersonKey",
    "PersonName",
    "Relation",
    "Report",
    "Sex",
]
