from urllib.parse import urlsplit, urlunsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

# What somebody needs in order to set up a second factor, or to leave.
_OPEN_PREFIXES = ("mfa_",)
_OPEN_NAMES = {"account_logout", "account_reauthenticate", "mfa_reauthenticate"}


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks a stranger to sign in first, and then opens the page that was asked for.

    What a stranger sends in is lost, and its address may have no page: then it becomes the page with the form.
    """

    def handle_no_permission(self, request, view_func):
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return super().handle_no_permission(request, view_func)
        if not request.htmx:  # a page that stays where it is says so itself
            messages.warning(request, "Je was uitgelogd. Wat je net deed, is niet opgeslagen.")
        return redirect_to_login(_page_before(request), self.get_login_url(view_func))


def _page_before(request: HttpRequest) -> str:
    """The address of the page from which something was sent, when it is one of ours; else the first page."""
    sent_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(sent_from, {request.get_host()}, require_https=request.is_secure())
    parts = urlsplit(sent_from if is_ours else reverse("home"))
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


class SecondFactorMiddleware:
    """Sends somebody who signed in without a second factor to the page where they choose one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not settings.SECOND_FACTOR_TYPES or not request.user.is_authenticated:
            return self.get_response(request)
        name = resolve(request.path_info).url_name or ""
        if name in _OPEN_NAMES or name.startswith(_OPEN_PREFIXES) or is_mfa_enabled(request.user):
            return self.get_response(request)
        return redirect("mfa_index")
