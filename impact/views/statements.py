"""The statements that are asked: for management. They say nothing about anybody."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from impact.forms.statements import StatementForm
from impact.models import Statement
from impact.services.statements import add_statement, change_statement, running_statements, stop_statement
from participants.models import PeopleIndicator
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def statement_list(request: HttpRequest) -> HttpResponse:
    running = list(running_statements())
    groups = [(each, [row for row in running if row.indicator == each]) for each in PeopleIndicator]
    context = {
        "groups": groups,
        "count": len(running),
        "earlier": Statement.objects.filter(valid_to__isnull=False).order_by("number", "-version"),
    }
    return render(request, "impact/statement_list.html", context)


@form_page
@permission_required("impact.make_reports", raise_exception=True)
def statement_add(request: HttpRequest) -> HttpResponse:
    form = StatementForm(request.POST if request.method == "POST" else None, instance=Statement(number=1))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            add_statement(form.instance)
            messages.success(request, "De stelling wordt vanaf nu gevraagd.")
            return redirect("statement_list")
    return render(request, "impact/statement_add.html", {"form": form})


@edit_page
@permission_required("impact.make_reports", raise_exception=True)
def statement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    statement = get_to_edit(request, running_statements(), pk=pk)
    was_answered = statement.was_answered
    form = StatementForm(request.POST if request.method == "POST" else None, instance=statement)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            kept = change_statement(form.instance)
            is_new = kept.pk != statement.pk
            said = f"Bewaard als versie {kept.version}. Oude antwoorden blijven bij de oude tekst."
            messages.success(request, said if is_new else "De stelling is bewaard.")
            tell_taken(request, form)
            return redirect("statement_list")
    context = {"form": form, "statement": statement, "was_answered": was_answered}
    return render(request, "impact/statement_edit.html", context)


@require_POST
@permission_required("impact.make_reports", raise_exception=True)
def statement_stop(request: HttpRequest, pk: int) -> HttpResponse:
    statement = get_object_or_404(Statement, pk=pk)
    try:
        stop_statement(statement)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Vanaf morgen wordt deze stelling niet meer gevraagd.")
    return redirect("statement_list")
