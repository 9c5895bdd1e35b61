"""The tablets of the house, for the administrator: who enrols one holds it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import TabletForm
from accounts.models import Tablet
from accounts.permissions import recent_sign_in_required
from accounts.services.tablets import enrol_tablet, revoke_tablet
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access

# How long the cookie stays; browsers allow no more than some 400 days.
COOKIE_AGE = 390 * 24 * 60 * 60


@require_safe
@permission_required("accounts.manage_accounts", raise_exception=True)
def tablet_list(request: HttpRequest) -> HttpResponse:
    tablets = Tablet.objects.select_related("enrolled_by", "revoked_by")
    context = {"tablets": tablets.in_use(), "past": tablets.exclude(revoked_at=None).order_by("-revoked_at")}
    return render(request, "accounts/tablet_list.html", context)


@form_page
@permission_required("accounts.manage_accounts", raise_exception=True)
@recent_sign_in_required
def tablet_add(request: HttpRequest) -> HttpResponse:
    """Make a tablet of the house of the device that this page is open on."""
    form = TabletForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            if request.tablet:
                raise ValidationError(f"Dit apparaat hoort al bij het huis, als “{request.tablet}”.")
            tablet, key = enrol_tablet(form.cleaned_data["name"], by=request.user)
            log_access(request, Action.RIGHTS, [], f"tablet ingeschreven: nummer {tablet.pk}")
            messages.success(request, f"Dit is nu {tablet}. Log uit, dan kan een coach erop inloggen.")
            response = redirect("tablet_list")
            _remember(response, key)
            return response
    return render(request, "accounts/tablet_add.html", {"form": form})


@require_POST
@permission_required("accounts.manage_accounts", raise_exception=True)
@recent_sign_in_required
def tablet_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    tablet = get_object_or_404(Tablet, pk=pk)
    if revoke_tablet(tablet, by=request.user):
        log_access(request, Action.RIGHTS, [], f"tablet ingetrokken: nummer {tablet.pk}")
    messages.success(request, f"{tablet} hoort niet meer bij het huis. Wie erop werkte, is uitgelogd.")
    return redirect("tablet_list")


def _remember(response: HttpResponse, key: str) -> None:
    """Let the browser show from now on which tablet it is; scripts do not see it."""
    response.set_cookie(
        settings.TABLET_COOKIE_NAME,
        key,
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
