from django.contrib import admin
from django.http import Http404
from django.urls import include, path
from django.views.defaults import page_not_found

from pluspunt import views

urlpatterns = [
    path("", views.home, name="home"),
    path("gezond/", views.health, name="health"),
    path("", include("workshops.urls")),
    path("deelnemers/", include("participants.urls")),
    path("cijfers/", include("impact.urls")),
    path("beheer/lijsten/", admin.site.urls),
    path("beheer/", include("accounts.urls")),
    # The administrator types the addresses: nobody gives themselves another one.
    path("account/email/", page_not_found, {"exception": Http404()}),
    path("account/", include("allauth.urls")),
]
