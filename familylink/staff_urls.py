"""Where the staff show, set up and change their second factor, and say that they are there; the password is asked by
the admin."""

from allauth.account.views import logout
from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView

from familylink import idle

urlpatterns = [
    path("stay/", idle.stay, name="staff_stay"),
    path("time-left/", idle.time_left, name="staff_time_left"),
    path("second-factor/", include("allauth.mfa.urls")),
    # Names that django-allauth asks for: its own password pages are not here.
    path("sign-in/", RedirectView.as_view(url=reverse_lazy("admin:login")), name="account_login"),
    path("sign-out/", logout, name="account_logout"),
    path(
        "again/",
        RedirectView.as_view(pattern_name="mfa_reauthenticate", query_string=True),
        name="account_reauthenticate",
    ),
]
