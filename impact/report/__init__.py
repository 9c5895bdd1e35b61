"""What the figures page and the annual report say: the same figures, as rows and as sentences that they prove.

The page stays in the house and shows every number. The report leaves it, so that small numbers of people are kept
back there, and workshops where fewer than five people came are shown together.
"""

from impact.report.annual import ReportDocument, report_context, report_document
from impact.report.document import Report, make_report
from impact.report.people import PeopleRow
from impact.report.sentences import Headline, before_register
from impact.report.workshops import WorkshopRow

__all__ = [
    "Headline",
    "PeopleRow",
    "Report",
    "ReportDocument",
    "WorkshopRow",
    "before_register",
    "make_report",
    "report_context",
    "report_document",
]
