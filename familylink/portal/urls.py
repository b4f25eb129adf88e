"""The families' pages, below /uk/, /en/ and /ru/."""

from django.urls import path

from familylink.portal import views, wizard

app_name = "portal"
urlpatterns = [
    path("", views.start, name="start"),
    path("safety/", views.safety, name="safety"),
    path("report/", wizard.begin, name="report"),
    path("report/check/", wizard.check, name="check"),
    path("report/confirm/", views.confirm, name="confirm"),
    path("report/receipt/", views.receipt, name="receipt"),
    path("report/<slug:slug>/", wizard.question, name="question"),
    path("my-report/", views.find, name="find"),
    path("my-report/code/", views.prove, name="prove"),
    path("my-report/status/", views.status, name="status"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("leave/", views.leave, name="leave"),
]
