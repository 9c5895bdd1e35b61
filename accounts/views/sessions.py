"""Where somebody is signed in."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.adapter import log_sign_in


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    UserSession.objects.purge_and_list(request.user)
    # Nobody used the others for so long that they are over; they go at night.
    since = timezone.now() - timedelta(seconds=settings.SESSION_IDLE_AGE)
    sessions = UserSession.objects.filter(user=request.user, last_seen_at__gte=since).order_by("-last_seen_at")
    return render(request, "accounts/session_list.html", {"sessions": sessions})


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    get_object_or_404(others, pk=pk).end()
    log_sign_in(request, request.user, "sessie op een ander apparaat beëindigd")
    messages.success(request, "Je bent op dat apparaat uitgelogd.")
    return redirect("session_list")


@require_POST
def session_end_others(request: HttpRequest) -> HttpResponse:
    for session in UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key):
        session.end()
    log_sign_in(request, request.user, "sessies op alle andere apparaten beëindigd")
    messages.success(request, "Je bent op de andere apparaten uitgelogd.")
    return redirect("session_list")
