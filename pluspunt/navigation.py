"""The entries on top of every page, per role: at most six, the first is the home page of the role."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac

# (label, URL name); the entry that is lit is the one whose address begins the address of the page.
ENTRIES: dict[str, list[tuple[str, str]]] = {
    "COACH": [
        ("Vandaag", "session_day"),
        ("Hele huis", "house_day"),
        ("Deelnemers", "participant_list"),
        ("Klussen", "job_list"),
        ("Partners", "organisation_list"),
    ],
    "COORDINATOR": [
        ("Planning", "workshop_week"),
        ("Vandaag", "session_day"),
        ("Deelnemers", "participant_list"),
        ("Klussen", "job_list"),
        ("Partners", "organisation_list"),
        ("Gegevens inlezen", "year_import"),
    ],
    "MANAGEMENT": [
        ("Dashboard", "dashboard"),
        ("Cijfers", "figures"),
        ("Jaarverslag", "report_list"),
        ("Documenten", "document_list"),
        ("Wat we meten", "indicator_list"),
        ("Partners", "organisation_list"),
    ],
    "ADMINISTRATOR": [
        ("Accounts", "account_list"),
        ("Tablets", "tablet_list"),
        ("Lijsten", "admin:index"),
        ("Logboek", "access_log"),
        ("Gezondheid", "health_detail"),
        ("Privacy", "breach_list"),
    ],
}
# Pages of an entry that lie elsewhere.
ALSO_UNDER = {
    "breach_list": ("/privacy/",),
    "job_list": ("/opbrengst/", "/cijfers/verhalen/"),
    "indicator_list": ("/cijfers/doelen/", "/cijfers/factoren/", "/cijfers/stellingen/", "/cijfers/verhalen/"),
    "session_day": (
        "/register/",
        "/nog-af-te-maken/",
        "/bellen/",
        "/inlopers/",
        "/correcties/",
        "/maanden/",
        "/huis/",
        "/wie-is-er/",
        # Of a coordinator; management has an entry of its own.
        "/cijfers/",
    ),
    "workshop_week": (
        "/rooster-voortzetten/",
        "/vraagt-iemand/",
        "/wachtlijst/",
        "/coaches/",
        "/sluitingen/",
        "/locaties/",
        "/privacy/",
    ),
}


def home_url(role: str) -> str:
    return reverse(ENTRIES[role][0][1])


def navigation(request: HttpRequest) -> dict:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "screen": "", "is_locked": False}
    if getattr(request, "is_locked", False):
        return {"navigation": [], "screen": "", "is_locked": True}
    entries = [
        {"label": label, "url": reverse(name), "also": ALSO_UNDER.get(name, ())} for label, name in ENTRIES[user.role]
    ]
    # An entry's own address goes before its pages that lie elsewhere; of two the longest.
    own = [entry for entry in entries if request.path.startswith(entry["url"])]
    also = [entry for entry in entries if request.path.startswith(entry["also"])]
    lit = max(own or also, key=lambda entry: len(entry["url"]), default=None)
    return {
        "navigation": [{**entry, "is_current": entry is lit} for entry in entries],
        "screen": _screen(request),
        "is_locked": False,
    }


def _screen(request: HttpRequest) -> str:
    """A name for the screen since it was opened, which says nothing: by it a tablet knows whether it was locked."""
    began, opened = (request.session.get(name, "") for name in ("signed_in_at", "unlocked_at"))
    return salted_hmac("pluspunt.screen", f"{request.user.pk} {began} {opened}").hexdigest()[:16]
