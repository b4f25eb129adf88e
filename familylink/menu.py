"""The staff's menu, and what the admin theme loads and leaves out on each of its pages."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def _page(title: Promise, icon: str, app: str, model: str) -> dict[str, object]:
    """A line of the staff's menu, for those who may open it."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": lambda request: request.user.has_perm(f"{app}.view_{model}"),
    }


UNFOLD = {
    "SITE_TITLE": "FamilyLink",
    "SITE_HEADER": "FamilyLink",
    "SITE_SYMBOL": "family_restroom",
    "SITE_URL": "/",
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("matching/desk.css")],
    "SCRIPTS": [
        lambda request: static("staff/idle.js"),
        lambda request: static("staff/once.js"),
        lambda request: static("staff/reach.js"),
    ],
    "DASHBOARD_CALLBACK": "matching.admin.dashboard.figures",
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": _("Tonight"),
                "items": [
                    _page(_("Matches to review"), "compare_arrows", "matching", "match"),
                    _page(_("Waves"), "waves", "matching", "wave"),
                    _page(_("Lists"), "list_alt", "matching", "sourcelist"),
                    _page(_("Reports"), "description", "reports", "report"),
                ],
            },
            {
                "title": _("Messages"),
                "items": [
                    _page(_("Messages to families"), "outgoing_mail", "notifications", "notification"),
                    _page(_("Families to call"), "call", "notifications", "followup"),
                    _page(_("Corrections"), "assignment_late", "matching", "correction"),
                    _page(_("Replies"), "reply", "notifications", "reply"),
                    _page(_("Wordings"), "edit_note", "notifications", "template"),
                    _page(_("Providers"), "cell_tower", "notifications", "circuit"),
                    _page(_("Comparisons with providers"), "fact_check", "notifications", "reconciliation"),
                    _page(_("Demo phones and mailboxes"), "smartphone", "notifications", "sunkmessage"),
                    _page(_("Sending switch"), "toggle_on", "notifications", "sendingswitch"),
                ],
            },
            {
                "title": _("Staff"),
                "items": [
                    _page(_("Exchanges"), "sync_alt", "matching", "exchange"),
                    _page(_("Calibrations"), "tune", "matching", "calibration"),
                    _page(_("Users"), "badge", "auth", "user"),
                    _page(_("Changes of accounts"), "manage_accounts", "reports", "accountchange"),
                    _page(_("Who looked at whom"), "visibility", "reports", "accessrecord"),
                ],
            },
        ],
    },
}
