"""What this app keeps about people, why and for how long; `privacy.processing` explains the words."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session

from accounts.models import RecoveryCode, Tablet, User
from privacy.processing import SHORT, STAFF, Data, Ground, Processing, Record

PROCESSINGS = (
    Processing(
        name="Accounts van medewerkers",
        purpose="Alleen wie het mag komt bij de gegevens, en later is te zien wie iets deed.",
        ground=Ground.LAW,
        about="Medewerkers",
        recipients="Niemand buiten Pluspunt",
        retention=(STAFF, SHORT),
        security="Wachtwoorden staan er alleen onomkeerbaar in (Argon2). Verder zoals bij alles.",
        records=(
            Record(
                User,
                {
                    Data.WORK: "email name role is_active date_joined last_login",
                    Data.ACCOUNT: "password pin pin_failures",
                    Data.NOTHING: "id is_superuser groups user_permissions",
                },
            ),
            Record(
                EmailAddress,
                {Data.ACCOUNT: "email", Data.NOTHING: "id user verified primary"},
                called="e-mailadressen om mee in te loggen",
            ),
            Record(
                EmailConfirmation,
                {Data.ACCOUNT: "email_address", Data.NOTHING: "id created sent key"},
                called="links om een adres te bevestigen",
            ),
            Record(
                Authenticator,
                {Data.ACCOUNT: "type data created_at last_used_at", Data.NOTHING: "id user"},
                called="tweede stappen: apps met codes en sleutels",
            ),
            Record(RecoveryCode, {Data.ACCOUNT: "hashed used_at", Data.NOTHING: "id user"}),
            Record(
                SocialAccount,
                {Data.ACCOUNT: "provider uid last_login date_joined extra_data", Data.NOTHING: "id user"},
                called="accounts bij de organisatie",
            ),
            Record(
                SocialToken,
                {Data.ACCOUNT: "token token_secret expires_at", Data.NOTHING: "id app account"},
                called="bewijzen van die accounts",
            ),
            Record(
                Tablet,
                {
                    Data.WORK: "enrolled_by enrolled_at revoked_by revoked_at",
                    Data.NOTHING: "id name key_digest last_used_on",
                },
            ),
            Record(
                UserSession,
                {Data.ACCOUNT: "ip user_agent created_at last_seen_at data", Data.NOTHING: "id user session_key"},
                called="waar iemand is ingelogd",
            ),
            Record(
                Session,
                {Data.ACCOUNT: "session_data", Data.NOTHING: "session_key expire_date"},
                called="sessies van de browser",
            ),
            Record(
                LogEntry,
                {
                    Data.TRACE: "action_time user object_repr change_message",
                    Data.NOTHING: "id content_type object_id action_flag",
                },
                called="wijzigingen in het beheer",
            ),
        ),
    ),
)

WITHOUT_PEOPLE: dict[str, str] = {"socialaccount.SocialApp": "leeg: dit staat in de instellingen"}
