"""Two progress reports that were given to somebody, so that the demo shows what is kept of that."""

from datetime import date, timedelta

from accounts.models import User
from impact.demo.people import ACCOUNTS
from participants.models import Consent, ConsentPurpose, SentDocument
from participants.services.documents import record_sent_document
from participants.views.documents import document_pdf
from pluspunt.periods import Period

REPORTS = 2
HALF_YEAR = timedelta(days=182)


def add_sent_documents(today: date) -> None:
    """A report about the last half year, for the guides of people of whom there is something to tell."""
    by = User.objects.get(email=ACCOUNTS[User.Role.COORDINATOR][0])
    period = Period(today - HALF_YEAR, today)
    consents = Consent.objects.running().filter(purpose=ConsentPurpose.SHARE, practitioner__end_date=None)
    told = consents.filter(practitioner__isnull=False, participant__goals__reviews__held_on__gte=period.start)
    for consent in told.select_related("participant").order_by("pk").distinct()[:REPORTS]:
        content = document_pdf(consent.participant, SentDocument.Kind.PROGRESS_REPORT, consent, period, today)
        record_sent_document(consent.participant, SentDocument.Kind.PROGRESS_REPORT, consent, period, content, by=by)
