"""The staff's pages about messages: what is owed, whom to call, what families wrote back, the wordings."""

from notifications.admin import calls_desk, messages_desk, providers_desk, switch_desk, wording_desk

__all__ = ["calls_desk", "messages_desk", "providers_desk", "switch_desk", "wording_desk"]
