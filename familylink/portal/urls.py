"""The families' pages, below /uk/, /en/ and /ru/."""

from django.urls import path

from familylink.portal import mine, views, wizard

app_name = "portal"
urlpatterns = [
    path("", views.start, name="start"),
    path("safety/", views.safety, name="safety"),
    path("support/", views.support, name="support"),
    path("check-message/", views.check_message, name="check_message"),
    path("your-data/", views.keeping, name="keeping"),
    path("report/", wizard.begin, name="report"),
    path("report/check/", wizard.check, name="check"),
    path("report/confirm/", views.confirm, name="confirm"),
    path("report/receipt/", views.receipt, name="receipt"),
    path("report/<slug:slug>/", wizard.question, name="question"),
    path("my-report/", views.find, name="find"),
    path("my-report/code/", views.prove, name="prove"),
    path("my-report/code/<str:code>/", views.link, name="link"),
    path("my-report/status/", mine.status, name="status"),
    path("my-report/heard/", mine.heard, name="heard"),
    path("my-report/still-searching/", mine.still_searching, name="still_searching"),
    path("my-report/answers/", mine.answers, name="answers"),
    path("my-report/answers/<slug:slug>/", mine.answer, name="answer"),
    path("my-report/contacts/", mine.contacts, name="contacts"),
    path("my-report/contacts/<uuid:contact_id>/stop/", mine.stop_contact, name="stop_contact"),
    path("my-report/settings/", mine.settings, name="settings"),
    path("my-report/end/<slug:ending>/", mine.end, name="end"),
    path("my-report/undo/", mine.undo, name="undo"),
    path("my-report/data/", mine.data, name="data"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("leave/", views.leave, name="leave"),
]
