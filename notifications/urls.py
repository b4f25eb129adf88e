"""The addresses that providers call back."""

from django.urls import path

from notifications import webhooks

app_name = "notifications"
urlpatterns = [
    path("twilio/<uuid:reference>/", webhooks.receive_twilio, name="twilio-status"),
]
