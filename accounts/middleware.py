from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.shortcuts import redirect
from django.urls import resolve

# What somebody needs in order to set up a second factor, or to leave.
_OPEN_PREFIXES = ("mfa_",)
_OPEN_NAMES = {"account_logout", "account_reauthenticate", "mfa_reauthenticate"}


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
