"""What the centre measures, and what it aims at: for management."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from impact.forms.indicators import IndicatorForm, TargetForm
from impact.models import Indicator, Target
from impact.models.indicators import FIRST_YEAR, LAST_YEAR
from impact.services.indicators import aims, save_indicator, save_targets, targets_of
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def indicator_list(request: HttpRequest) -> HttpResponse:
    indicators = Indicator.objects.prefetch_related("contributions__output_type")
    pillars = [
        (pillar, [each for each in indicators if each.pillar == pillar and each.is_active])
        for pillar in Indicator.Pillar
    ]
    stopped = [each for each in indicators if not each.is_active]
    return render(request, "impact/indicator_list.html", {"pillars": pillars, "stopped": stopped})


@form_page
@permission_required("impact.make_reports", raise_exception=True)
def indicator_add(request: HttpRequest) -> HttpResponse:
    return _indicator_page(request, Indicator(), "impact/indicator_add.html")


@edit_page
@permission_required("impact.make_reports", raise_exception=True)
def indicator_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _indicator_page(request, get_to_edit(request, Indicator.objects, pk=pk), "impact/indicator_edit.html")


def _indicator_page(request: HttpRequest, indicator: Indicator, template: str) -> HttpResponse:
    name = indicator.name
    form = IndicatorForm(request.POST if request.method == "POST" else None, instance=indicator)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_indicator(form.instance, outputs=form.cleaned_data.get("outputs", []), by=request.user)
            messages.success(request, f"Bewaard: {form.instance}.")
            tell_taken(request, form)
            return redirect("indicator_list")
    return render(request, template, {"form": form, "name": name, "indicator": indicator})


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def target_list(request: HttpRequest) -> HttpResponse:
    """The years that have targets, with this year and the next."""
    counts = dict(Target.objects.order_by().values_list("year").annotate(Count("pk")))
    this_year = timezone.localdate().year
    years = sorted({*counts, this_year, this_year + 1}, reverse=True)
    context = {"years": [(year, counts.get(year, 0)) for year in years], "this_year": this_year}
    return render(request, "impact/target_list.html", context)


@form_page
@permission_required("impact.make_reports", raise_exception=True)
def target_edit(request: HttpRequest, year: int) -> HttpResponse:
    """Every target of one year in one form."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404("no such year")
    data = request.POST if request.method == "POST" else None
    form = TargetForm(data, groups=aims(), initial=targets_of(year))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            count = save_targets(year, form.changed, by=request.user)
            messages.success(request, f"De doelen van {year} zijn bewaard." if count else "Er is niets veranderd.")
            return redirect("target_list")
    before = {name: value for name, value in targets_of(year - 1).items() if name in form.fields}
    return render(request, "impact/target_edit.html", {"form": form, "year": year, "has_before": bool(before)})
