"""Somebody's own second factors; the pages of an app and of keys are the library's, in our templates."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.adapter import log_sign_in
from accounts.permissions import recent_sign_in_required
from accounts.services.factors import make_recovery_codes
from accounts.views.accounts import form_page


def mfa_index(request: HttpRequest) -> HttpResponse:
    """The page to which the library leads back: who just got a first factor goes on to the reserve codes."""
    has_codes = request.user.recovery_codes.exists()
    is_enabled = is_mfa_enabled(request.user)
    if is_enabled and not has_codes and "recovery_codes" in settings.SECOND_FACTOR_TYPES:
        return redirect("recovery_code_list")
    own = Authenticator.objects.filter(user=request.user).order_by("created_at")
    context = {
        "types": settings.SECOND_FACTOR_TYPES,
        "is_enabled": is_enabled,
        "is_required": settings.SECOND_FACTOR_REQUIRED,
        "app": own.filter(type=Authenticator.Type.TOTP).first(),
        "keys": own.filter(type=Authenticator.Type.WEBAUTHN),
        "codes_left": request.user.recovery_codes.filter(used_at=None).count(),
    }
    return render(request, "mfa/index.html", context)


@form_page
@recent_sign_in_required
def recovery_code_list(request: HttpRequest) -> HttpResponse:
    """New codes are on the answer to the button and nowhere else: what is kept cannot be read back."""
    if not is_mfa_enabled(request.user):
        return redirect("mfa_index")
    codes = []
    if request.method == "POST":
        codes = make_recovery_codes(request.user)
        log_sign_in(request, request.user, "nieuwe reservecodes")
    kept = request.user.recovery_codes
    context = {"codes": codes, "left": kept.filter(used_at=None).count(), "made": kept.count()}
    return render(request, "accounts/recovery_code_list.html", context)
