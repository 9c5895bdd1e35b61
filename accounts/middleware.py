from urllib.parse import urlencode, urlsplit, urlunsplit

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.adapter import did_provider_ask, proofs_of
from accounts.services.sessions import (
    is_idle,
    is_locked,
    is_over,
    last_proved_at,
    lock_session,
    renew_key,
    stay_on_tablet,
    use_session,
)
from accounts.services.tablets import find_tablet, use_tablet
from pluspunt.middleware import sent_from

# What a page asks by itself, while nobody may be near: it says so, and then nobody stays signed in by it.
BY_ITSELF = "Pluspunt-By-Itself"
# What somebody needs in order to set up a second factor, or to leave.
_OPEN_NAMES = {
    "account_logout",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}

# What opens a locked screen, or leaves it.
_OPEN_WHEN_LOCKED = {
    "screen_lock",
    "screen_unlock",
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


class SessionAgeMiddleware:
    """Ends a session that nobody used for a while, or that is too old; a new proof of who it is gives it another key.

    Both are of `accounts.services.sessions`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.ended_because = ""
        request.tablet = find_tablet(request.COOKIES.get(settings.TABLET_COOKIE_NAME, ""))
        if not request.user.is_authenticated:
            return self.get_response(request)
        if request.tablet:
            use_tablet(request.tablet)
        self.look_at(request)
        proved_at = last_proved_at(request.session, *proofs_of(request))
        answer = self.get_response(request)
        if request.user.is_authenticated and last_proved_at(request.session, *proofs_of(request)) > proved_at:
            renew_key(request.session)
        return answer

    def look_at(self, request):
        tablet = request.tablet
        if not stay_on_tablet(request.session, tablet and tablet.pk):
            request.ended_because = "Deze tablet hoort niet meer bij het huis. Log opnieuw in."
        elif is_over(request.session):
            request.ended_because = "Je was twaalf uur ingelogd. Log opnieuw in."
        elif is_locked(request.session):
            return
        elif is_idle(request.session) and tablet:
            lock_session(request.session)
            return
        elif is_idle(request.session):
            request.ended_because = "Je was een tijd niet bezig. Log opnieuw in."
        if request.ended_because:
            logout(request)
        elif BY_ITSELF not in request.headers and use_session(request.session):
            UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks a stranger to sign in first, and then opens the page that was asked for.

    What a stranger sends in is lost, and its address may have no page: then it becomes the page with the form.
    """

    def handle_no_permission(self, request, view_func):
        is_page = request.method in ("GET", "HEAD", "OPTIONS")
        if not request.htmx:  # a page that stays where it is says so itself
            if not is_page:
                messages.warning(request, "Je was uitgelogd. Wat je net deed, is niet opgeslagen.")
            elif request.ended_because and BY_ITSELF not in request.headers:
                messages.info(request, request.ended_because)
        if is_page:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(page_before(request), self.get_login_url(view_func))


def page_before(request: HttpRequest) -> str:
    """The address of the page from which something was sent, when it is one of ours; else the first page."""
    parts = urlsplit(sent_from(request) or reverse("home"))
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def screen_lock(get_response):
    """Shows nothing on a locked screen but the way to open it; afterwards the page opens that was asked for."""

    def middleware(request):
        request.is_locked = is_locked(request.session)
        return get_response(request)

    def process_view(request, view, args, kwargs):
        is_open = not getattr(view, "login_required", True) or request.resolver_match.url_name in _OPEN_WHEN_LOCKED
        if is_open or not request.is_locked:
            return None
        is_page = request.method in ("GET", "HEAD") and not request.htmx
        to = request.get_full_path() if is_page else page_before(request)
        address = f"{reverse('screen_unlock')}?{urlencode({'next': to})}"
        return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)

    middleware.process_view = process_view
    return middleware


class SecondFactorMiddleware:
    """Sends somebody who signed in without a second factor to the page where they choose one, whatever they ask for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return self.get_response(request)
        name = resolve(request.path_info).url_name or ""
        if name in _OPEN_NAMES or is_mfa_enabled(request.user) or did_provider_ask(request, request.user):
            return self.get_response(request)
        return redirect("mfa_index")
