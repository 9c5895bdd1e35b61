from django.http import Http404
from django.urls import path, re_path
from django.views.defaults import page_not_found
from django.views.generic import RedirectView

from accounts.views import accounts, factors, locks, sessions, tablets

GONE = {"exception": Http404()}

urlpatterns = [
    path("beheer/accounts/", accounts.account_list, name="account_list"),
    path("beheer/accounts/nieuw/", accounts.account_add, name="account_add"),
    path("beheer/accounts/<number:pk>/", accounts.account_edit, name="account_edit"),
    path("beheer/accounts/<number:pk>/link/", accounts.account_invite, name="account_invite"),
    path("beheer/accounts/<number:pk>/tweede-stap/", accounts.account_reset, name="account_reset"),
    path("beheer/tablets/", tablets.tablet_list, name="tablet_list"),
    path("beheer/tablets/nieuw/", tablets.tablet_add, name="tablet_add"),
    path("beheer/tablets/<number:pk>/intrekken/", tablets.tablet_revoke, name="tablet_revoke"),
    path("account/slot/", locks.screen_unlock, name="screen_unlock"),
    path("account/slot/dicht/", locks.screen_lock, name="screen_lock"),
    path("account/pincode/", locks.pin_edit, name="pin_edit"),
    path("account/pincode/weg/", locks.pin_remove, name="pin_remove"),
    path("account/2fa/", factors.mfa_index, name="mfa_index"),
    path("account/reservecodes/", factors.recovery_code_list, name="recovery_code_list"),
    path("account/sessies/", sessions.session_list, name="session_list"),
    path("account/sessies/<number:pk>/einde/", sessions.session_end, name="session_end"),
    path("account/sessies/andere/einde/", sessions.session_end_others, name="session_end_others"),
    # What the library has as well. The administrator types the addresses: nobody gives themselves another one.
    path("account/email/", page_not_found, GONE),
    re_path(r"^account/confirm-email/(?:[^/]+/)?$", page_not_found, GONE),
    path("account/password/set/", page_not_found, GONE),
    path("account/login/code/confirm/", page_not_found, GONE),
    path("account/sessions/", page_not_found, GONE),
    path("account/inactive/", page_not_found, GONE),
    path("account/3rdparty/login/cancelled/", RedirectView.as_view(pattern_name="account_login")),
    re_path(r"^account/(?:3rdparty|social)/", page_not_found, GONE),
]
