"""What each role may do. Which people and workshops somebody sees is asked of the querysets: `visible_to(user)`."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.adapter import proofs_of
from accounts.middleware import page_before
from accounts.models import User
from accounts.services.sessions import is_fresh
from pluspunt.lists import export_wanted

_SEE_PARTNERS = {"partners.view_organisation"}
_SEE_PEOPLE = {
    "participants.view_participant",
    # Goals, notes and skills of the people whom somebody sees.
    "participants.guide_participant",
    "workshops.record_attendance",
} | _SEE_PARTNERS
_PRIVACY = {"privacy.report_breaches", "privacy.view_processing"}
_LISTS = [
    "participants.{}_district",
    "participants.{}_productcode",
    "participants.{}_consenttext",
    "participants.{}_allowancelimit",
    "workshops.{}_location",
    "workshops.{}_absencereason",
    "workshops.{}_ability",
    "workshops.{}_callrule",
    "workshops.{}_outputtype",
]

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    User.Role.COACH: frozenset(_SEE_PEOPLE),
    User.Role.COORDINATOR: frozenset(
        _SEE_PEOPLE
        | {
            "participants.change_participant",
            # The citizen service number of who has an indication for it.
            "participants.keep_citizennumber",
            "partners.change_organisation",
            "workshops.plan_placements",
            # Freezing a month, deciding on corrections, and settling what the floor reports.
            "workshops.close_months",
            "workshops.import_year",
            # Figures, and the rows behind them.
            "impact.view_figures",
            # What people ask about their own facts; a data breach; which facts we keep and why.
            "privacy.handle_requests",
            # That something was erased; nothing about whom.
            "privacy.view_proofs",
        }
        | _PRIVACY
    ),
    # Reports are also what they are made of: indicators, targets, factors and statements.
    User.Role.MANAGEMENT: frozenset({"impact.view_figures", "impact.make_reports"} | _SEE_PARTNERS),
    User.Role.ADMINISTRATOR: frozenset(
        {"accounts.manage_accounts", "privacy.read_log", "privacy.view_health", "privacy.view_proofs"}
        | _PRIVACY
        | {name.format(action) for name in _LISTS for action in ("view", "add", "change", "delete")}
    ),
}


def recent_sign_in_required(view: Callable) -> Callable:
    """For a view that weighs more (rights, exports, citizen numbers): asks who signed in longer ago to prove it again.

    Stands below `permission_required`, so that a role that may not come here is told so first. What was sent in is
    not kept meanwhile: it may be sensitive. Afterwards the page opens from which it was sent.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if is_signed_in_recently(request) else _ask_again(request)

    return checked


def recent_sign_in_to_export(view: Callable) -> Callable:
    """The same for a list of people, when it is asked for as a file (`export_wanted`); looking at it asks nothing."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        may = not export_wanted(request) or is_signed_in_recently(request)
        return view(request, *args, **kwargs) if may else _ask_again(request, "Daarna kies je het bestand opnieuw.")

    return checked


def is_signed_in_recently(request: HttpRequest) -> bool:
    """Whether somebody signed in, or proved again who they are, in the last `RECENT_SIGN_IN_AGE` seconds."""
    return is_fresh(request.session, *proofs_of(request))


def _ask_again(request: HttpRequest, then: str = "") -> HttpResponse:
    """Leads to the question; afterwards the page opens that was asked for, or from which something was done."""
    is_page = request.method in ("GET", "HEAD") and not request.htmx and not then
    if not is_page:
        then = then or "Wat je net deed, is nog niet gebeurd."
        messages.warning(request, f"Laat eerst nog een keer zien wie je bent. {then}")
    back = request.get_full_path() if is_page else page_before(request)
    ways = get_adapter().get_reauthentication_methods(request.user)
    if not ways:  # who signs in elsewhere, and has no password here
        logout(request)
    address = f"{ways[0]['url'] if ways else reverse('account_login')}?{urlencode({'next': back})}"
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


class RoleBackend(ModelBackend):
    """Answers permission questions from the role alone; signing in is left to allauth's backend."""

    def authenticate(self, request, **credentials):
        return None

    def get_all_permissions(self, user_obj, obj=None):
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return frozenset()
        return ROLE_PERMISSIONS.get(user_obj.role, frozenset())

    def has_perm(self, user_obj, perm, obj=None):
        """Whether the role allows it. A no is final: no other backend is asked, which would cost two queries."""
        if obj is None and perm not in self.get_all_permissions(user_obj):
            raise PermissionDenied
        return obj is None

    def has_module_perms(self, user_obj, app_label):
        return any(name.startswith(f"{app_label}.") for name in self.get_all_permissions(user_obj))
