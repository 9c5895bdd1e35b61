"""What this app keeps about people, why and for how long; `privacy.processing` explains the words."""

from participants.models import (
    Allowance,
    Application,
    CitizenNumber,
    Consent,
    Goal,
    GoalStep,
    Indication,
    LegalRepresentative,
    MergedParticipant,
    Note,
    NoteDraft,
    NotTogether,
    Participant,
    Pause,
    Practitioner,
    RenewalStep,
    Review,
    SentDocument,
    Trajectory,
    VolunteerProfile,
)
from privacy.processing import BOOKS, CARE_FILE, OTHER_FILE, Data, Ground, Processing, Record

_PEOPLE = "Deelnemers en vakvrijwilligers"
_FILE = (CARE_FILE, OTHER_FILE)

# Whoever it is not planned with could be found out from it, also from its being there at all (AVG art. 15 lid 4).
_PROTECTS_OTHERS = "om een ander te beschermen (AVG art. 15 lid 4 en UAVG art. 41 lid 1 onder i)"

PROCESSINGS = (
    Processing(
        name="Het dossier van deelnemers",
        purpose="Weten wie er komt, iemand kunnen bereiken, en helpen in nood.",
        ground=Ground.AGREEMENT,
        about=f"{_PEOPLE}; wie gebeld wordt in nood",
        recipients="Niemand buiten Pluspunt",
        retention=_FILE,
        records=(
            Record(
                Participant,
                {
                    Data.IDENTITY: "number nickname prefix surname birth_date gender",
                    Data.CONTACT: "postcode district phone email",
                    Data.AROUND: "emergency_contact",
                    Data.GUIDANCE: "attention",
                    Data.NOTHING: "id key search_name sort_name anonymised_on",
                },
                of="pk",
                title="Wie je bent",
            ),
            Record(
                MergedParticipant,
                {
                    Data.IDENTITY: "facts",
                    Data.TRACE: "merged_by merged_at",
                    Data.NOTHING: "id kept former_pk former_key",
                },
                of="kept",
                title="Je stond er dubbel in",
                about="We hebben twee dossiers van jou samengevoegd. Dit stond er in het andere.",
            ),
        ),
    ),
    Processing(
        name="Aanmelding en traject",
        purpose="Een plek vinden die past, en bijhouden wanneer iemand begon, even weg was en stopte.",
        ground=Ground.CARE,
        about=f"{_PEOPLE}; verwijzers",
        recipients="De gemeente: begin en einde van de begeleiding",
        retention=_FILE,
        records=(
            Record(
                Application,
                {
                    Data.PATH: "applied_on referrer referrer_organisation referrer_name target_group wish intake_on"
                    " state decided_on reason trajectory",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Je aanmelding",
            ),
            Record(
                Trajectory,
                {
                    Data.PATH: "start_date end_date target_group strand_social strand_educational strand_work"
                    " trial_until destination end_reason moved_from",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Je traject",
            ),
            Record(
                Pause,
                {Data.PATH: "start_date end_date reason expected_until trajectory", Data.NOTHING: "id"},
                of="trajectory__participant",
                title="Wanneer je langer weg was",
            ),
        ),
    ),
    Processing(
        name="Burgerservicenummers",
        purpose="Met de gemeente of het zorgkantoor over de juiste persoon spreken, en declareren.",
        ground=Ground.LAW,
        about="Deelnemers met een indicatie voor de Wmo of de Wlz; nooit vakvrijwilligers",
        recipients="De gemeente of het zorgkantoor",
        retention=(CARE_FILE,),
        records=(
            Record(
                CitizenNumber,
                {
                    Data.IDENTITY: "sealed_number",
                    Data.TRACE: "entered_by entered_on",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Je burgerservicenummer",
                about="Hier staan alleen de laatste cijfers. Het hele nummer laten we je zien als je ernaar vraagt.",
                read={"sealed_number": "masked"},
            ),
        ),
    ),
    Processing(
        name="Indicaties",
        purpose="Begeleiding geven waarop iemand recht heeft, en op tijd verlengen.",
        ground=Ground.CARE,
        about="Deelnemers met een indicatie",
        recipients="De gemeente die de indicatie gaf",
        retention=_FILE,
        records=(
            Record(
                Indication,
                {
                    Data.PATH: "start_date end_date scheme allocation_number municipality_code product_category"
                    " product_code volume unit frequency decision_number decision_date remarks end_reason"
                    " start_notice_on stop_notice_on",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Je indicatie",
            ),
            Record(
                RenewalStep,
                {Data.PATH: "done_on text next_actor indication", Data.TRACE: "recorded_by", Data.NOTHING: "id"},
                of="indication__participant",
                title="Stappen om je indicatie te verlengen",
            ),
        ),
    ),
    Processing(
        name="Begeleiding",
        purpose="Samen werken aan doelen, en weten wat er is gebeurd en afgesproken.",
        ground=Ground.CARE,
        about="Deelnemers",
        recipients="Alleen met toestemming: een behandelaar, begeleider of vertegenwoordiger die de deelnemer kiest",
        retention=_FILE,
        security="Notities staan versleuteld in de database; de sleutels staan ergens anders. Verder zoals bij alles.",
        records=(
            Record(
                Goal,
                {
                    Data.GUIDANCE: "text field indicator start_date review_on result result_text closed_on",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Je doelen",
            ),
            Record(
                GoalStep,
                {Data.GUIDANCE: "text done_on goal", Data.NOTHING: "id"},
                of="goal__participant",
                title="Kleine stappen",
            ),
            Record(
                Review,
                {Data.GUIDANCE: "held_on text goal", Data.TRACE: "recorded_by", Data.NOTHING: "id"},
                of="goal__participant",
                title="Wat we over je doelen bespraken",
            ),
            Record(
                Note,
                {
                    Data.GUIDANCE: "date kind sealed_text is_restricted",
                    Data.TRACE: "author written_at",
                    Data.NOTHING: "id key participant",
                },
                of="participant",
                title="Notities over jou",
                about="Ook de notities die alleen de coördinator kan lezen staan hier.",
                read={"sealed_text": "text_or_none"},
            ),
            Record(
                NoteDraft,
                {
                    Data.GUIDANCE: "kind sealed_text is_restricted",
                    Data.TRACE: "author saved_at",
                    Data.NOTHING: "id key participant",
                },
                of="participant",
                title="Notities die nog niet af zijn",
                read={"sealed_text": "text_or_none"},
            ),
        ),
    ),
    Processing(
        name="Niet samen plannen",
        purpose="Voorkomen dat mensen samen in een groep komen voor wie dat niet goed of niet veilig is.",
        ground=Ground.INTEREST,
        about="Deelnemers",
        recipients="Niemand buiten Pluspunt; een coach ziet alleen een waarschuwing, zonder de reden",
        retention=_FILE,
        records=(
            Record(
                NotTogether,
                {Data.AROUND: "first second", Data.TRACE: "recorded_on recorded_by", Data.NOTHING: "id"},
                of="first",
                title="Met wie iemand niet samen wordt gepland",
                withheld=_PROTECTS_OTHERS,
            ),
        ),
    ),
    Processing(
        name="Mensen om een deelnemer heen",
        purpose="Overleggen met wie de deelnemer behandelt, begeleidt of vertegenwoordigt.",
        ground=Ground.CARE,
        about="Deelnemers; hun behandelaars, begeleiders en wettelijk vertegenwoordigers",
        recipients="Niemand buiten Pluspunt",
        retention=_FILE,
        records=(
            Record(
                Practitioner,
                {
                    Data.AROUND: "start_date end_date kind name organisation phone email end_reason",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Wie je verder behandelt of begeleidt",
            ),
            Record(
                LegalRepresentative,
                {
                    Data.AROUND: "start_date end_date kind name organisation phone email end_reason",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Wie met je meebeslist",
            ),
        ),
    ),
    Processing(
        name="Toestemmingen en wat aan anderen is gegeven",
        purpose="Alleen delen en laten zien waar iemand ja op zei, en dat kunnen laten zien.",
        ground=Ground.LAW,
        about=_PEOPLE,
        recipients="Wie de deelnemer zelf noemde: behandelaar, vertegenwoordiger of organisatie",
        retention=_FILE,
        records=(
            Record(
                Consent,
                {
                    Data.CONSENT: "text purpose practitioner representative organisation given_on withdrawn_on",
                    Data.TRACE: "recorded_by",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Waar je ja op zei",
            ),
            Record(
                SentDocument,
                {
                    Data.GUIDANCE: "kind period_start period_end content",
                    Data.CONSENT: "consent",
                    Data.TRACE: "sent_on sent_by",
                    Data.NOTHING: "id participant fingerprint",
                },
                of="participant",
                title="Wat we aan anderen gaven",
                about="Wat erin stond, zit als bijlage in dit pdf-bestand.",
            ),
        ),
    ),
    Processing(
        name="Vakvrijwilligers",
        purpose="Weten wat iemand kan en wanneer, een VOG vragen, en een vergoeding betalen binnen de grens.",
        ground=Ground.AGREEMENT,
        about="Vakvrijwilligers",
        recipients="De Belastingdienst, als die het vraagt",
        retention=(OTHER_FILE, BOOKS),
        records=(
            Record(
                VolunteerProfile,
                {
                    Data.SKILLS: "craft availability",
                    Data.IDENTITY: "vog_requested_on vog_seen_on vog_renew_on",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Je werk als vrijwilliger",
            ),
            Record(
                Allowance,
                {Data.MONEY: "paid_on amount", Data.NOTHING: "id participant"},
                of="participant",
                title="Vergoedingen die je kreeg",
            ),
        ),
    ),
)

WITHOUT_PEOPLE = {
    "participants.ProductCode": "lijst van productcodes",
    "participants.District": "lijst van gebieden",
    "participants.ConsentText": "teksten waar mensen ja op kunnen zeggen",
    "participants.AllowanceLimit": "grenzen van de Belastingdienst",
}
