"""The addresses of the application and one that fails on what it is sent: for what an error leaves behind."""

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from participants.models import District
from pluspunt.urls import handler400, handler500, urlpatterns

__all__ = ["handler400", "handler500"]


@login_not_required
@csrf_exempt
def broken(request):
    """Fails twice on what was typed: the database names the values of the row."""
    try:
        with transaction.atomic():
            District.objects.create(name=request.POST["name"])
            District.objects.create(name=request.POST["name"])
    except IntegrityError as error:
        raise RuntimeError(request.POST["name"]) from error


urlpatterns = [*urlpatterns, path("stuk/", broken)]
