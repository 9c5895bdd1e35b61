"""What this app keeps about people, why and for how long; `privacy.processing` explains the words."""

from partners.models import ContactPerson, Event, Organisation
from privacy.processing import AS_LONG_AS_USED, Data, Ground, Processing, Record

PROCESSINGS = (
    Processing(
        name="Partners",
        purpose="Samenwerken met organisaties en weten wie we daar bellen.",
        ground=Ground.INTEREST,
        about="Contactpersonen van partners",
        recipients="Niemand buiten Pluspunt",
        retention=(AS_LONG_AS_USED,),
        records=(
            Record(
                ContactPerson,
                {Data.AROUND: "name position phone email", Data.NOTHING: "id organisation"},
            ),
            Record(
                Organisation,
                {Data.AROUND: "notes", Data.NOTHING: "id start_date end_date name kind place search_name themes"},
            ),
            Record(
                Event,
                {Data.AROUND: "remark", Data.NOTHING: "id collaboration name date visitors"},
            ),
        ),
    ),
)

WITHOUT_PEOPLE = {
    "partners.Theme": "lijst van thema's",
    "partners.Collaboration": "wat organisaties samen doen",
}
