"""Pages of the desk as tests ask for them: their addresses, and who sits there."""

from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.factories import a_member_of_staff


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


def signed_in(client: Client, *groups: str) -> User:
    """A new member of these groups, who uses this client from now on."""
    user = a_member_of_staff(*groups)
    client.force_login(user)
    return user
