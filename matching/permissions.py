"""Who of the staff may ask the API."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class MayViewRuns(BasePermission):
    """Staff who may see lists may see how far their matching is."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return user.is_staff and user.has_perm("matching.view_sourcelist")
