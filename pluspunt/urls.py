from django.contrib import admin
from django.http import Http404
from django.urls import include, path, register_converter
from django.views.defaults import page_not_found

from pluspunt import views
from pluspunt.converters import DayConverter, DayPartConverter, NumberConverter, YearConverter

# Before the addresses below are read: those of the apps are made of them.
register_converter(DayConverter, "day")
register_converter(DayPartConverter, "part")
register_converter(NumberConverter, "number")
register_converter(YearConverter, "year")

handler400 = "pluspunt.uploads.bad_request"
handler500 = "pluspunt.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("geen-verbinding/", views.offline, name="offline"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("gezond/", views.health, name="health"),
    path("", include("workshops.urls")),
    path("deelnemers/", include("participants.urls")),
    path("partners/", include("partners.urls")),
    path("cijfers/", include("impact.urls")),
    path("beheer/lijsten/", admin.site.urls),
    path("beheer/", include("accounts.urls")),
    # The administrator types the addresses: nobody gives themselves another one.
    path("account/email/", page_not_found, {"exception": Http404()}),
    path("account/confirm-email/", page_not_found, {"exception": Http404()}),
    path("account/", include("allauth.urls")),
]
