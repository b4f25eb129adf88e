"""The addresses that providers call back, and the one that an e-mail offers to those who want no more."""

from django.urls import path

from notifications import mail_events, unsubscribing, webhooks

app_name = "notifications"
urlpatterns = [
    path("gateway/", webhooks.receive_gateway, name="gateway"),
    path("mailgun/", mail_events.receive_mailgun, name="mailgun"),
    path("twilio/replies/", webhooks.receive_twilio_reply, name="twilio-reply"),
    path("twilio/<uuid:reference>/", webhooks.receive_twilio, name="twilio-status"),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
]
