from django.contrib import admin
from django.urls import include, path, register_converter

from pluspunt import views
from pluspunt.converters import DayConverter, DayPartConverter, NumberConverter, YearConverter
from privacy.views import health

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
    path("gezond/", health.health, name="health"),
    path("gezond/alles/", health.health_all, name="health_all"),
    path("beheer/gezondheid/", health.health_detail, name="health_detail"),
    path("", include("workshops.urls")),
    path("deelnemers/", include("participants.urls")),
    path("partners/", include("partners.urls")),
    path("cijfers/", include("impact.urls")),
    path("privacy/", include("privacy.urls")),
    path("beheer/lijsten/", admin.site.urls),
    # Before those of the library, some of which it shuts.
    path("", include("accounts.urls")),
    path("account/", include("allauth.urls")),
]
