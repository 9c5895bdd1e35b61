from django.urls import path

from accounts.views import accounts

urlpatterns = [
    path("accounts/", accounts.account_list, name="account_list"),
    path("accounts/nieuw/", accounts.account_add, name="account_add"),
    path("accounts/<number:pk>/", accounts.account_edit, name="account_edit"),
    path("accounts/<number:pk>/link/", accounts.account_invite, name="account_invite"),
]
