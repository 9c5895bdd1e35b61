from allauth.account.forms import ResetPasswordForm
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import AccountEditForm, AccountForm
from accounts.models import User
from accounts.permissions import recent_sign_in_required
from accounts.services.accounts import change_account, create_account
from accounts.services.factors import reset_factors
from privacy.models import Breach
from privacy.services.health import late_checks
from privacy.services.log import Action, log_access
from privacy.services.reviewing import month_to_review
from workshops.forms.places import CoachWorkshopsForm
from workshops.models import Workshop
from workshops.services.rota import follow_account

form_page = require_http_methods(["GET", "HEAD", "POST"])


@permission_required("accounts.manage_accounts", raise_exception=True)
def account_list(request: HttpRequest) -> HttpResponse:
    accounts = User.objects.order_by("-is_active", "name").prefetch_related("workshops")
    context = {
        "accounts": accounts,
        "late_checks": late_checks(),
        "to_review": month_to_review(timezone.localdate()),
        "breaches": Breach.objects.open(),
    }
    return render(request, "accounts/account_list.html", context)


@form_page
@permission_required("accounts.manage_accounts", raise_exception=True)
@recent_sign_in_required
def account_add(request: HttpRequest) -> HttpResponse:
    form, workshops_form = AccountForm(), CoachWorkshopsForm()
    if request.method == "POST":
        form, workshops_form = AccountForm(request.POST), CoachWorkshopsForm(request.POST)
        if form.is_valid() and workshops_form.is_valid():
            try:
                account = create_account(**form.cleaned_data, **workshops_form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                log_access(request, Action.RIGHTS, [account], f"account gemaakt: {account.get_role_display()}")
                _send_password_link(request, account)
                return redirect("account_list")
    context = {"form": form, "workshops_form": workshops_form, "has_workshops": Workshop.objects.exists()}
    return render(request, "accounts/account_add.html", context)


@form_page
@permission_required("accounts.manage_accounts", raise_exception=True)
@recent_sign_in_required
def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    form = AccountEditForm(instance=account)
    workshops_form = CoachWorkshopsForm(initial={"workshops": account.workshops.all()})
    if request.method == "POST":
        form, workshops_form = AccountEditForm(request.POST, instance=account), CoachWorkshopsForm(request.POST)
        if form.is_valid() and workshops_form.is_valid():
            try:
                with transaction.atomic():
                    account = change_account(
                        account, **form.cleaned_data, **workshops_form.cleaned_data, by=request.user
                    )
                    follow_account(account)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                changed = [*form.changed_data, *workshops_form.changed_data]
                log_access(request, Action.RIGHTS, [account], f"account gewijzigd: {', '.join(changed) or 'niets'}")
                messages.success(request, f"Het account van {account.name} is gewijzigd.")
                return redirect("account_list")
    context = {
        "account": account,
        "form": form,
        "workshops_form": workshops_form,
        "has_workshops": Workshop.objects.exists(),
        "can_reset": account.is_active and account != request.user and is_mfa_enabled(account),
    }
    return render(request, "accounts/account_edit.html", context)


@require_POST
@permission_required("accounts.manage_accounts", raise_exception=True)
@recent_sign_in_required
def account_invite(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User.objects.active(), pk=pk)
    log_access(request, Action.RIGHTS, [account], "link om een wachtwoord te kiezen")
    _send_password_link(request, account)
    return redirect("account_edit", pk=account.pk)


@require_POST
@permission_required("accounts.manage_accounts", raise_exception=True)
@recent_sign_in_required
def account_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """For who lost the phone and the reserve codes as well."""
    account = get_object_or_404(User.objects.active().exclude(pk=request.user.pk), pk=pk)
    reset_factors(account)
    log_access(request, Action.RIGHTS, [account], "tweede stap weggehaald")
    messages.success(request, f"{account.name} is overal uitgelogd en kiest bij het inloggen een nieuwe tweede stap.")
    return redirect("account_edit", pk=account.pk)


def _send_password_link(request: HttpRequest, account: User) -> None:
    """The same mail as after "wachtwoord vergeten": the administrator never knows a password."""
    form = ResetPasswordForm({"email": account.email})
    form.full_clean()
    form.save(request)
    messages.success(request, f"{account.name} krijgt een mail met een link om een wachtwoord te kiezen.")
