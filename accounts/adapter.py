from allauth.account.adapter import DefaultAccountAdapter

from accounts.services.sessions import begin_session, is_fresh


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: an administrator makes the accounts."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Je account staat uit. Vraag je beheerder om het weer aan te zetten.",
        "email_password_mismatch": "Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het nog een keer.",
        "enter_current_password": "Dit is niet je huidige wachtwoord.",
        "incorrect_password": "Dit wachtwoord klopt niet.",
        "too_many_login_attempts": "Je hebt het te vaak geprobeerd. Wacht vijf minuten en probeer het dan weer.",
    }

    def is_open_for_signup(self, request):
        return False

    def login(self, request, user):
        super().login(request, user)
        begin_session(request.session)

    def is_reauthentication_required(self, *, app, **kwargs):
        """Asked by the pages of somebody's own second factors; who just signed in has just proved it."""
        return not is_fresh(self.request.session)

    def format_email_subject(self, subject):
        """Without the address of the site in front, which says nothing to people."""
        return subject
