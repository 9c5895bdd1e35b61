from django.contrib import admin
from django.urls import include, path

from pluspunt import views

urlpatterns = [
    path("", views.home, name="home"),
    path("gezond/", views.health, name="health"),
    path("", include("workshops.urls")),
    path("deelnemers/", include("participants.urls")),
    path("cijfers/", include("impact.urls")),
    path("beheer/lijsten/", admin.site.urls),
    path("beheer/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
]
