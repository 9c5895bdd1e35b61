"""What an output weighs and what a kilo of it avoids: for management."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from impact.figures.society import factor_remarks
from impact.forms.indicators import FactorForm
from impact.models import Factor
from impact.services.factors import save_factor
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from pluspunt.templatetags.words import short_date


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def factor_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = Factor.objects.select_related("output_type")
    rows = list(rows.order_by("output_type__position", "output_type__name", "kind", "-start_date"))
    context = {
        "running": [row for row in rows if row.runs_on(today) or row.start_date > today],
        "past": [row for row in rows if row.end_date and row.end_date < today],
        "out_of_date": [remark for remark in factor_remarks(today) if remark.is_out_of_date],
        "today": today,
    }
    return render(request, "impact/factor_list.html", context)


@form_page
@permission_required("impact.make_reports", raise_exception=True)
def factor_add(request: HttpRequest) -> HttpResponse:
    """A new factor; `?opbrengst=` says for what. The one that ran makes room."""
    initial = {"output_type": request.GET.get("opbrengst"), "start_date": timezone.localdate()}
    form = FactorForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            ended = save_factor(form.instance, by=request.user)
            more = f" De vorige geldt tot en met {short_date(ended.end_date)}." if ended else ""
            messages.success(request, f"De factor staat erbij.{more}")
            return redirect("factor_list")
    return render(request, "impact/factor_add.html", {"form": form})


@edit_page
@permission_required("impact.make_reports", raise_exception=True)
def factor_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend a factor, or let it end."""
    factor = get_to_edit(request, Factor.objects.select_related("output_type"), pk=pk)
    form = FactorForm(request.POST if request.method == "POST" else None, instance=factor)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_factor(form.instance, by=request.user)
            messages.success(request, "De factor is bewaard.")
            tell_taken(request, form)
            return redirect("factor_list")
    return render(request, "impact/factor_edit.html", {"form": form, "factor": factor})
