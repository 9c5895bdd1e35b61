from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from pluspunt.navigation import home_url


def home(request: HttpRequest) -> HttpResponse:
    """Sends everybody to the work of their role."""
    return redirect(home_url(request.user.role))


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Answers when the web process and the database work; for monitoring, so without signing in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
