"""The locked screen of a tablet of the house, and the PIN that opens it."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.adapter import proofs_of
from accounts.forms import PinForm, UnlockForm
from accounts.permissions import recent_sign_in_required
from accounts.services.pins import remove_pin, set_pin, try_pin
from accounts.services.sessions import is_locked, is_proved_since_lock, lock_session, unlock_session
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access

NO_TRIES = "De pincode klopte te vaak niet. Log helemaal in, daarna werkt hij weer."


@require_POST
def screen_lock(request: HttpRequest) -> HttpResponse:
    """Lock this screen: on a tablet of the house a PIN opens it; anywhere else it is signing out."""
    if request.tablet is None:
        logout(request)
        return redirect("account_login")
    lock_session(request.session)
    return redirect("screen_unlock")


@form_page
def screen_unlock(request: HttpRequest) -> HttpResponse:
    """Open a locked screen again, for who signed in fully on this tablet: with the PIN, or by proving who they are."""
    to = _where_to(request)
    if not is_locked(request.session):
        return redirect(to)
    if is_proved_since_lock(request.session, *proofs_of(request)):
        return _open(request, to, "scherm ontgrendeld: opnieuw bewezen")
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        left = try_pin(request.user, form.cleaned_data["pin"])
        if left < 0:
            return _open(request, to, "scherm ontgrendeld: pincode")
        log_access(request, Action.REFUSED, [], "scherm ontgrendelen: pincode klopt niet")
        if left == 0:
            logout(request)
            messages.warning(request, NO_TRIES)
            return redirect(f"{reverse('account_login')}?{urlencode({'next': to})}")
        form.add_error("pin", f"Deze pincode klopt niet. Je kunt het nog {left} keer proberen.")
    here = f"{reverse('screen_unlock')}?{urlencode({'next': to})}"
    ways = [
        (f"{way['url']}?{urlencode({'next': here})}", way["description"])
        for way in get_adapter().get_reauthentication_methods(request.user)
    ]
    return render(request, "accounts/screen_unlock.html", {"form": form, "ways": ways})


@form_page
@recent_sign_in_required
def pin_edit(request: HttpRequest) -> HttpResponse:
    """Choose one's own PIN."""
    form = PinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            set_pin(request.user, form.cleaned_data["pin"])
            log_access(request, Action.RIGHTS, [], "eigen pincode gekozen")
            messages.success(request, "Je pincode is bewaard. Hij werkt op de tablets van het huis.")
            return redirect("home")
    return render(request, "accounts/pin_edit.html", {"form": form})


@require_POST
@recent_sign_in_required
def pin_remove(request: HttpRequest) -> HttpResponse:
    remove_pin(request.user)
    log_access(request, Action.RIGHTS, [], "eigen pincode weggehaald")
    messages.success(request, "Je pincode is weg. Een tablet vraagt nu je wachtwoord of je sleutel.")
    return redirect("home")


def _open(request: HttpRequest, to: str, how: str) -> HttpResponse:
    log_access(request, Action.SIGN_IN, [], how)
    unlock_session(request.session)
    return redirect(to)


def _where_to(request: HttpRequest) -> str:
    """The page that somebody was on, when it is one of ours."""
    asked = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else reverse("home")
