"""Who of the staff may do what: six roles with the least that each needs, brought up to date by every `migrate`.

Rights come by role only. A role is a group of this name; groups that are not named here are left alone.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models import Q

LAST_APP = "notifications"  # of ours in INSTALLED_APPS: when it is migrated, every permission is there

LISTS = ("matching.view_exchange", "matching.view_wave", "matching.view_sourcelist")
PEOPLE = ("reports.view_report", "reports.view_missingperson")
REVIEW = (
    *LISTS,
    *PEOPLE,
    "matching.view_match",
    "matching.decide_match",
    "matching.view_correction",
    "matching.settle_correction",
    "notifications.view_notification",
    "notifications.view_sunkmessage",
    "notifications.view_followup",
    "notifications.record_call",
    "notifications.view_reply",
)
ROLES: dict[str, tuple[str, ...]] = {
    # Takes reports by telephone and on paper, and corrects what a family told us.
    "intake": (*PEOPLE, "reports.change_missingperson", "reports.enter_report"),
    # One of the two who decide.
    "reviewers": REVIEW,
    # Settles disagreements, lowers flags, speaks to families who were told something wrong.
    "leads": (
        *REVIEW,
        "matching.lead_match",
        "reports.vouch_account",
        "matching.view_calibration",
        "matching.switch_calibration",
        "notifications.settle_notification",
        "notifications.view_text",
        "notifications.view_template",
        "notifications.add_template",
        "notifications.approve_template",
        "notifications.view_circuit",
        "notifications.view_reconciliation",
        "notifications.view_sendingswitch",
        "notifications.change_sendingswitch",
    ),
    # Receives and commits lists, and sees no family.
    "importers": (
        *LISTS,
        "matching.add_exchange",
        "matching.change_exchange",
        "matching.add_wave",
        "matching.change_wave",
        "matching.add_sourcelist",
        "matching.delete_sourcelist",
        "matching.commit_sourcelist",
    ),
    # Reads who did what; decides nothing and changes nothing.
    "auditors": (
        *LISTS,
        "matching.view_match",
        "matching.view_correction",
        "matching.view_calibration",
        "reports.view_accessrecord",
        "reports.view_accountchange",
        "notifications.view_notification",
        "notifications.view_followup",
        "notifications.view_template",
        "notifications.view_circuit",
        "notifications.view_reconciliation",
    ),
    # Accounts and the sending switch, and nobody's data.
    "administrators": (
        "auth.view_user",
        "auth.add_user",
        "auth.change_user",
        "auth.view_group",
        "reports.vouch_account",
        "notifications.view_sendingswitch",
        "notifications.change_sendingswitch",
    ),
}


def renew_roles(sender: AppConfig, **_: Any) -> None:
    """After a migration: each role has exactly its permissions."""
    if sender.label == LAST_APP:
        for name, wanted in ROLES.items():
            make_role(name, wanted)


def make_role(name: str, wanted: tuple[str, ...]) -> None:
    """The group of this name with exactly these rights (app.codename). Raises LookupError for one that no model has."""
    asked = Q()
    for path in wanted:
        label, _, codename = path.partition(".")
        asked |= Q(content_type__app_label=label, codename=codename)
    # By name: this module is loaded before the models are.
    found = list(apps.get_model("auth", "Permission").objects.filter(asked))
    if len(found) != len(set(wanted)):
        raise LookupError(f"{name} asks for a right that does not exist: {', '.join(wanted)}")
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=name)
    group.permissions.set(found)
