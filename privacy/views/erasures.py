"""Somebody asks to be forgotten: what the law says, the decision, and the proof that it was done."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import recent_sign_in_required
from participants.models import Participant
from participants.views.pages import get_participant
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import page_of
from pluspunt.pdf import pdf_response, render_pdf
from privacy.forms.erasures import Decision, ErasureForm
from privacy.models import ErasureProof
from privacy.services import Action, Ground, log_access
from privacy.services.erasing import preview
from privacy.services.erasures import checks_of, erase_on_request, erase_partly, refuse_erasure, requests_about
from privacy.services.proofs import counts_in_words, is_unchanged


@form_page
@permission_required("participants.change_participant", raise_exception=True)
@recent_sign_in_required
def erasure_add(request: HttpRequest, key: str) -> HttpResponse:
    """The request of one person, with what the law says about it; what is decided is done at once."""
    participant = get_participant(request, key)
    checks = checks_of(participant)
    form = ErasureForm(request.POST if request.method == "POST" else None, checks=checks)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return decided(request, participant, form)
    log_access(request, Action.VIEW, [participant], "wissen: wat er is, eerdere verzoeken", ground=Ground.REQUEST)
    context = {
        "participant": participant,
        "form": form,
        "checks": checks,
        "may_all": not any(check.problem for check in checks),
        "preview": preview(participant),
        "earlier": requests_about(participant),
    }
    return render(request, "privacy/erasure_add.html", context)


def decided(request: HttpRequest, participant: Participant, form: ErasureForm) -> HttpResponse:
    """Do what was decided, and write it in the log, in one transaction."""
    data, name = form.cleaned_data, participant.full_name
    with transaction.atomic():
        if data["decision"] == Decision.REFUSED:
            log_access(request, Action.ADD, [participant], "verzoek om te wissen: geweigerd", ground=Ground.REQUEST)
            refuse_erasure(participant, form.asked, data["reason"], by=request.user)
            messages.success(request, "Het besluit is bewaard. Vertel het aan de persoon.")
            return redirect("erasure_add", participant.key)
        # Before it is gone.
        log_access(request, Action.ERASE, [participant], what_goes(data), ground=Ground.REQUEST)
        if data["decision"] == Decision.PARTLY:
            row = erase_partly(participant, form.asked, data["parts"], data["reason"], by=request.user)
            proof = row.proof
        else:
            proof = erase_on_request(participant, form.asked, data["why"], by=request.user)
    messages.success(request, f"De gegevens van {name} zijn gewist. Hieronder staat het bewijs.")
    return redirect("erasure_detail", proof.number)


def what_goes(data: dict) -> str:
    return "alles over deze persoon" if data["decision"] == Decision.WHOLE else ", ".join(data["parts"])


@require_safe
@permission_required("privacy.view_proofs", raise_exception=True)
def erasure_list(request: HttpRequest) -> HttpResponse:
    page = page_of(request, ErasureProof.objects.select_related("decided_by"))
    return render(request, "privacy/erasure_list.html", {"page_obj": page})


@require_safe
@permission_required("privacy.view_proofs", raise_exception=True)
def erasure_detail(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "privacy/erasure_detail.html", proof_context(number))


@require_safe
@permission_required("privacy.view_proofs", raise_exception=True)
def erasure_proof_pdf(request: HttpRequest, number: str) -> HttpResponse:
    context = proof_context(number)
    return pdf_response(render_pdf("privacy/print/erasure_proof.html", context), f"Bewijs van wissen {number}.pdf")


def proof_context(number: str) -> dict:
    """A proof with its numbers in words, the same on screen and on paper."""
    proof = get_object_or_404(ErasureProof.objects.select_related("decided_by"), number=number)
    return {
        "proof": proof,
        "counts": counts_in_words(proof),
        "is_unchanged": is_unchanged(proof),
        "document_date": proof.erased_at,
    }
