"""What this app keeps about people, why and for how long; `privacy.processing` explains the words."""

from privacy.processing import (
    AS_LONG_AS_USED,
    BOOKS,
    CARE_FILE,
    OTHER_FILE,
    SHORT,
    STAFF,
    Data,
    Ground,
    Processing,
    Record,
)
from workshops.models import (
    AbilityGrant,
    Absence,
    Attendance,
    AttendanceChange,
    CalendarFeed,
    Call,
    ClosedMonth,
    CorrectionRequest,
    Duty,
    EventVisit,
    ImportDraft,
    Job,
    LadderStep,
    Leave,
    MonthStatement,
    OneOff,
    Output,
    Placement,
    ReceivedMark,
    SessionChange,
    SessionNote,
    Snooze,
    StandIn,
    StatementLine,
    WaitingEntry,
    WalkIn,
    Workshop,
)

_PEOPLE = "Deelnemers en vakvrijwilligers"
_FILE = (CARE_FILE, OTHER_FILE)
_NOBODY = "Niemand buiten Pluspunt"
_OPENS_IT = "het geheime adres zelf, dat niets over je zegt"

PROCESSINGS = (
    Processing(
        name="Planning en wachtlijst",
        purpose="Iedereen een plek geven op een dag en in een werkplaats die past.",
        ground=Ground.AGREEMENT,
        about=_PEOPLE,
        recipients=_NOBODY,
        retention=_FILE,
        records=(
            Record(
                Placement,
                {
                    Data.PRESENCE: "start_date end_date workshop weekday day_part weeks trial_until end_reason",
                    Data.PATH: "trajectory",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Je vaste plekken in de week",
            ),
            Record(
                OneOff,
                {
                    Data.PRESENCE: "away_from comes_to",
                    Data.PATH: "trajectory",
                    Data.TRACE: "made_by made_at withdrawn_by withdrawn_at",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Wanneer je een keer op een andere plek kwam",
            ),
            Record(
                WaitingEntry,
                {
                    Data.PRESENCE: "workshop weekday day_part asked_on asked_by wish urgency state decided_on reason"
                    " placement",
                    Data.TRACE: "recorded_by",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Waar je op de wachtlijst stond",
            ),
            Record(
                CalendarFeed,
                {
                    Data.PRESENCE: "last_read_on",
                    Data.TRACE: "made_by made_at revoked_by revoked_at",
                    Data.WORK: "user",
                    Data.NOTHING: "id participant token_hash",
                },
                of="participant",
                title="De agenda op je telefoon",
                left_out={"token_hash": _OPENS_IT, "user": "leeg: dit is de agenda van een medewerker"},
            ),
            Record(
                Snooze,
                {Data.GUIDANCE: "item until reason", Data.TRACE: "by at", Data.NOTHING: "id"},
            ),
        ),
    ),
    Processing(
        name="Aanwezigheid",
        purpose="Weten wie er is, ook bij brand; bellen als iemand wegblijft; kunnen laten zien wat is geleverd.",
        ground=Ground.CARE,
        about=_PEOPLE,
        recipients="De gemeente: aantallen dagdelen",
        retention=_FILE,
        records=(
            Record(
                Attendance,
                {
                    Data.PRESENCE: "date day_part workshop planned status reason arrived_at left_at absence",
                    Data.SKILLS: "job",
                    Data.TRACE: "recorded_by recorded_at",
                    Data.NOTHING: "id session trajectory participant version",
                },
                of="participant",
                title="Wanneer je er was",
            ),
            Record(
                AttendanceChange,
                {
                    Data.PRESENCE: "attendance old_status new_status old_reason new_reason old_arrived_at"
                    " new_arrived_at old_left_at new_left_at",
                    Data.SKILLS: "old_job new_job",
                    Data.TRACE: "at by received_at correction",
                    Data.NOTHING: "id version batch",
                },
                of="attendance__participant",
                title="Wat er aan je aanwezigheid is ingevuld en veranderd",
            ),
            Record(
                CorrectionRequest,
                {
                    Data.PRESENCE: "attendance status reason arrived_at left_at origin why marked_at",
                    Data.SKILLS: "job",
                    Data.TRACE: "asked_by asked_at is_approved decided_by decided_at answer",
                    Data.NOTHING: "id",
                },
                of="attendance__participant",
                title="Verzoeken om je aanwezigheid te verbeteren",
            ),
            Record(
                Absence,
                {
                    Data.PRESENCE: "start_date end_date day_part reason reported_by",
                    Data.TRACE: "taken_by taken_at withdrawn_by withdrawn_at",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Wanneer je je afmeldde",
            ),
            Record(
                WalkIn,
                {
                    Data.PRESENCE: "attendance is_over_capacity is_without_indication is_not_together",
                    Data.TRACE: "settled_by settled_at",
                    Data.NOTHING: "id",
                },
                of="attendance__participant",
                title="Wanneer je kwam zonder afspraak",
                left_out={"is_not_together": "om een ander te beschermen (AVG art. 15 lid 4)"},
            ),
            Record(
                Call,
                {Data.PRESENCE: "about outcome", Data.TRACE: "by at", Data.NOTHING: "id"},
                of="about__participant",
                title="Wanneer we je belden",
            ),
            Record(
                SessionNote,
                {Data.GUIDANCE: "session sealed_text", Data.TRACE: "author written_at", Data.NOTHING: "id key"},
            ),
        ),
    ),
    Processing(
        name="Vaardigheden en werk",
        purpose="Veilig werken aan machines, en laten zien wat iemand heeft geleerd en gedaan.",
        ground=Ground.AGREEMENT,
        about=f"{_PEOPLE}; klanten van een klus",
        recipients=f"{_NOBODY}; een certificaat krijgt de deelnemer zelf",
        retention=_FILE,
        records=(
            Record(
                AbilityGrant,
                {
                    Data.SKILLS: "ability granted_on withdrawn_on",
                    Data.TRACE: "granted_by withdrawn_by",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Wat je kunt en mag",
            ),
            Record(
                LadderStep,
                {
                    Data.SKILLS: "workshop step granted_on",
                    Data.TRACE: "granted_by",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Maker, gezel of meester",
            ),
            Record(
                EventVisit,
                {Data.SKILLS: "event", Data.NOTHING: "id participant"},
                of="participant",
                title="Waar je bij was",
            ),
            Record(
                Job,
                {
                    Data.CONTACT: "customer",
                    Data.NOTHING: "id workshop title partner due_on people_wanted state result finished_on",
                },
            ),
        ),
    ),
    Processing(
        name="Maandoverzichten voor de gemeente",
        purpose="Declareren wat is geleverd, en dat later kunnen laten zien.",
        ground=Ground.LAW,
        about="Deelnemers met een indicatie",
        recipients="De gemeente die de indicatie gaf",
        retention=(BOOKS, CARE_FILE),
        records=(
            Record(
                StatementLine,
                {
                    Data.MONEY: "statement name number scheme municipality_code product_category product_code"
                    " allocation_number amount start_date end_date delivered cap claimable cut_reason",
                    Data.PATH: "indication",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Wat de gemeente per maand over je kreeg",
            ),
            Record(
                MonthStatement,
                {Data.WORK: "made_at made_by", Data.NOTHING: "id month version fingerprint"},
            ),
            Record(
                ClosedMonth,
                {Data.WORK: "closed_at closed_by", Data.NOTHING: "id month left_open"},
            ),
        ),
    ),
    Processing(
        name="Gegevens inlezen",
        purpose="Een jaar uit de oude spreadsheets overnemen.",
        ground=Ground.AGREEMENT,
        about=_PEOPLE,
        recipients=_NOBODY,
        retention=(SHORT,),
        security="De rijen wachten hoogstens een uur op een ja en zijn dan weg. Verder zoals bij alles.",
        records=(Record(ImportDraft, {Data.PRESENCE: "rows", Data.TRACE: "made_by made_at", Data.NOTHING: "id"}),),
    ),
    Processing(
        name="Roosters van coaches",
        purpose="Genoeg begeleiding op elke dag.",
        ground=Ground.AGREEMENT,
        about="Medewerkers",
        recipients=_NOBODY,
        retention=(STAFF, AS_LONG_AS_USED),
        records=(
            Record(Duty, {Data.WORK: "start_date end_date user workshop weekday day_part", Data.NOTHING: "id"}),
            Record(
                Leave,
                {Data.WORK: "start_date end_date user day_part", Data.TRACE: "taken_by taken_at", Data.NOTHING: "id"},
            ),
            Record(StandIn, {Data.WORK: "session user since", Data.NOTHING: "id"}),
            Record(
                Workshop,
                {
                    Data.WORK: "coaches site_contact",
                    Data.NOTHING: "id name discipline location host guidance_nearby supervision places_per_supervisor"
                    " places_without registered_from sessions_until collaborations",
                },
            ),
            Record(
                SessionChange,
                {Data.TRACE: "at by", Data.NOTHING: "id session old_state new_state reason"},
            ),
            Record(
                Output,
                {
                    Data.TRACE: "recorded_by recorded_at",
                    Data.NOTHING: "id type quantity source date start_date workshop session job partner collaboration"
                    " key",
                },
            ),
            Record(
                ReceivedMark,
                {Data.TRACE: "user received_at", Data.NOTHING: "key outcome version sentence"},
            ),
        ),
    ),
)

WITHOUT_PEOPLE = {
    "workshops.Location": "adressen van het huis",
    "workshops.Opening": "wanneer een werkplaats open is",
    "workshops.Closure": "wanneer het huis dicht is",
    "workshops.Session": "een dagdeel van een werkplaats; aantallen zonder namen",
    "workshops.AbsenceReason": "lijst van redenen",
    "workshops.OutputType": "lijst van soorten opbrengst",
    "workshops.Milestone": "stappen van een samenwerking; op de foto staat werk, geen mens",
    "workshops.CallRule": "wanneer we bellen, per doelgroep",
    "workshops.Ability": "lijst van wat je in een werkplaats kunt leren",
}
