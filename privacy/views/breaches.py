"""Data breaches: reported by whoever finds one, with two clocks that run; what was written stays."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from pluspunt.pdf import pdf_response, render_pdf
from privacy.forms.breaches import BreachCloseForm, BreachForm, BreachUpdateForm
from privacy.models import Breach
from privacy.services.breaches import add_breach_update, change_breach, close_breach, report_breach


@require_safe
@permission_required("privacy.report_breaches", raise_exception=True)
def breach_list(request: HttpRequest) -> HttpResponse:
    """What is open, with its clocks, and what was closed."""
    breaches = list(Breach.objects.select_related("reported_by"))
    context = {
        "opened": [each for each in breaches if each.is_open],
        "closed": [each for each in breaches if not each.is_open],
    }
    return render(request, "privacy/breach_list.html", context)


@form_page
@permission_required("privacy.report_breaches", raise_exception=True)
def breach_add(request: HttpRequest) -> HttpResponse:
    now = timezone.localtime().replace(second=0, microsecond=0)
    row = Breach(reported_by=request.user, discovered_at=now, contact=request.user.name)
    form = BreachForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            breach = report_breach(form.instance, by=request.user)
            messages.success(request, "Het datalek is vastgelegd. De termijnen lopen.")
            return redirect("breach_detail", breach.pk)
    return render(request, "privacy/breach_add.html", {"form": form})


@form_page
@permission_required("privacy.report_breaches", raise_exception=True)
def breach_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One breach, its clocks and its log; what is posted is a new line of the log."""
    breach = get_object_or_404(Breach.objects.select_related("reported_by"), pk=pk)
    form = BreachUpdateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            add_breach_update(breach, form.cleaned_data["text"], by=request.user)
            messages.success(request, "Dat staat erbij.")
            return redirect("breach_detail", breach.pk)
    context = {"breach": breach, "form": form, "updates": breach.updates.select_related("by")}
    return render(request, "privacy/breach_detail.html", context)


@edit_page
@permission_required("privacy.report_breaches", raise_exception=True)
def breach_edit(request: HttpRequest, pk: int) -> HttpResponse:
    breach = get_to_edit(request, Breach.objects.open(), pk=pk)
    form = BreachForm(request.POST if request.method == "POST" else None, instance=breach)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            change_breach(form.instance, by=request.user)
            messages.success(request, "Dat is bewaard.")
            tell_taken(request, form)
            return redirect("breach_detail", breach.pk)
    return render(request, "privacy/breach_edit.html", {"form": form, "breach": breach})


@form_page
@permission_required("privacy.report_breaches", raise_exception=True)
def breach_close(request: HttpRequest, pk: int) -> HttpResponse:
    breach = get_object_or_404(Breach.objects.open(), pk=pk)
    form = BreachCloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            close_breach(breach, form.cleaned_data["lessons"], by=request.user)
            messages.success(request, "Het datalek is afgesloten.")
            return redirect("breach_detail", breach.pk)
    return render(request, "privacy/breach_close.html", {"form": form, "breach": breach})


@require_safe
@permission_required("privacy.report_breaches", raise_exception=True)
def breach_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """What the municipality and the authority ask, on paper."""
    breach = get_object_or_404(Breach.objects.select_related("reported_by"), pk=pk)
    context = {
        "breach": breach,
        "updates": breach.updates.select_related("by"),
        "document_date": timezone.localdate(),
    }
    content = render_pdf("privacy/print/breach.html", context)
    return pdf_response(content, f"datalek-{timezone.localdate(breach.discovered_at):%Y-%m-%d}.pdf")
