"""For every answer: what a page may load and ask of a browser, that no one may keep a copy of it, and which addresses
are read at all."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

STAFF_PATHS = ("/admin/", "/staff/")


class ContentSecurityPolicy(CSPMiddleware):
    """Strict on the families' pages; the admin theme alone may evaluate its own expressions."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The policy's parts, widened below the admin."""
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(STAFF_PATHS) and not report_only:
            parts.replace = {**(parts.replace or {}), **settings.ADMIN_CONTENT_SECURITY_POLICY}
        return parts


class NoStore(MiddlewareMixin):
    """A shared phone or a proxy must not show a family's page to the next one who takes it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Pages are never cached; static files carry no person and keep their own header."""
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class PermissionsPolicy(MiddlewareMixin):
    """No page of ours, and nothing that found its way into one, sees or hears a family or knows where it is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        return response


class NoNullCharacter(MiddlewareMixin):
    """PostgreSQL refuses this character wherever it stands, and no address of ours has one."""

    def process_request(self, request: HttpRequest) -> None:
        if "%00" in request.get_full_path():
            raise Http404
