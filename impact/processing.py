"""What this app keeps about people, why and for how long; `privacy.processing` explains the words."""

from impact.models import (
    Answer,
    Document,
    LadderPosition,
    Measurement,
    MeasurementChoice,
    MicroMeasurement,
    Report,
    ReportFile,
    ReportSection,
    ReportVersion,
    Score,
    Story,
    StoryUse,
)
from privacy.processing import (
    AS_LONG_AS_USED,
    CARE_FILE,
    OTHER_FILE,
    SHORT,
    Data,
    Ground,
    Processing,
    Record,
)

_FILE = (CARE_FILE, OTHER_FILE)

PROCESSINGS = (
    Processing(
        name="Meten hoe het gaat",
        purpose="Samen zien hoe het met iemand gaat, en met aantallen laten zien wat Pluspunt betekent.",
        ground=Ground.CONSENT,
        about="Deelnemers en vakvrijwilligers die ja zeiden",
        recipients="Niemand buiten Pluspunt; gemeente, fondsen en partners krijgen aantallen vanaf 10 mensen",
        retention=_FILE,
        records=(
            Record(
                MeasurementChoice,
                {
                    Data.CONSENT: "takes_part text decided_on",
                    Data.TRACE: "recorded_by recorded_at",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Of je meedoet met meten",
            ),
            Record(
                Measurement,
                {
                    Data.MEASURED: "trajectory moment rater taken_on started_at finished_at",
                    Data.TRACE: "taken_by",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Wanneer we hebben gemeten",
            ),
            Record(
                Answer,
                {Data.MEASURED: "measurement statement value", Data.NOTHING: "id"},
                of="measurement__participant",
                title="Wat je of je coach antwoordde",
            ),
            Record(
                Score,
                {
                    Data.MEASURED: "taken_on rater indicator points answered asked grown grown_of next_on",
                    Data.NOTHING: "id measurement participant",
                },
                of="participant",
                title="Wat we daaruit uitrekenden",
            ),
            Record(
                MicroMeasurement,
                {
                    Data.MEASURED: "taken_on statement value",
                    Data.TRACE: "taken_by",
                    Data.NOTHING: "id participant key",
                },
                of="participant",
                title="Kaartjes die je invulde",
            ),
            Record(
                LadderPosition,
                {
                    Data.MEASURED: "year half rung",
                    Data.TRACE: "recorded_by recorded_on",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Waar je staat op de participatieladder",
            ),
        ),
    ),
    Processing(
        name="Verhalen en foto's",
        purpose="Laten zien wat mensen bij Pluspunt doen.",
        ground=Ground.CONSENT,
        about="Deelnemers, vakvrijwilligers, buren en partners die hun verhaal vertellen",
        recipients="Iedereen die het jaarverslag of de website leest; fondsen",
        retention=(*_FILE, AS_LONG_AS_USED),
        records=(
            Record(
                Story,
                {
                    Data.PUBLIC: "kind title text shown_as told_on workshop organisation theme picture picture_text",
                    Data.TRACE: "recorded_by",
                    Data.NOTHING: "id participant",
                },
                of="participant",
                title="Je verhalen",
                about="Een foto zit als bijlage in dit pdf-bestand.",
            ),
            Record(
                StoryUse,
                {
                    Data.CONSENT: "story use with_picture agreed_on withdrawn_on",
                    Data.TRACE: "recorded_by",
                    Data.NOTHING: "id",
                },
                of="story__participant",
                title="Waar je verhaal voor gebruikt mag worden",
            ),
            Record(
                ReportSection,
                {
                    Data.PUBLIC: "text english_text stories picture picture_text picture_consent",
                    Data.NOTHING: "id report kind workshop position is_on title",
                },
                of="stories__participant",
                title="Het jaarverslag waar je verhaal in staat",
                withheld="het verslag is openbaar; je verhaal zelf staat bij je verhalen",
            ),
        ),
    ),
    Processing(
        name="Jaarverslagen en documenten",
        purpose="Verantwoorden aan gemeente, fondsen en partners, met aantallen.",
        ground=Ground.LAW,
        about="Bestuur en medewerkers; van deelnemers alleen aantallen en verhalen met toestemming",
        recipients="Iedereen die het verslag leest",
        retention=(AS_LONG_AS_USED, SHORT),
        records=(
            Record(
                Report,
                {
                    Data.WORK: "board contact",
                    Data.NOTHING: "id year title subtitle state remark has_english legal_name rsin chamber_number"
                    " address website purpose pay_policy accounts",
                },
            ),
            Record(
                ReportVersion,
                {
                    Data.PUBLIC: "content",
                    Data.TRACE: "published_at published_by",
                    Data.NOTHING: "id report number fingerprint changes",
                },
            ),
            Record(
                ReportFile,
                {Data.PUBLIC: "content", Data.NOTHING: "id version name title position content_type sha256"},
            ),
            Record(
                Document,
                {
                    Data.TRACE: "requested_by requested_at seen_at",
                    Data.NOTHING: "id kind title parameters state progress step attempts error beat_at ready_at name"
                    " content_type content",
                },
            ),
        ),
    ),
)

WITHOUT_PEOPLE = {
    "impact.Indicator": "lijst van wat we meten",
    "impact.Target": "doelen van het huis, in aantallen",
    "impact.Statement": "stellingen die we voorleggen",
    "impact.Contribution": "welke opbrengst bij welke indicator hoort",
    "impact.Factor": "omrekenfactoren met hun bron",
}
