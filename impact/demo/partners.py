"""What the demo does together with its partners: programmes, milestones with drawn pictures, events, contacts."""

from datetime import date, timedelta
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from participants.models import Trajectory
from partners.models import Collaboration, ContactPerson, Event, Organisation, Theme
from pluspunt.pictures import as_jpeg
from workshops.models import EventVisit, Milestone, Workshop

KNOWN_SINCE = {
    "Voedseltuin Rotterdam": 2019,
    "Give a Bike Foundation": 2021,
    "AVL Mundo": 2020,
    "CBK Rotterdam": 2022,
    "Buurman": 2023,
    "Hogeschool Rotterdam": 2021,
}
# name: kind, place, first year, last day, contact, what they do there
MORE_PARTNERS = {
    "CityLab010": ("MUNICIPALITY", "Centrum", 2024, None, "Bas Verkuil", "programma stadslab"),
    "Group A": ("ENTREPRENEUR", "Keilepand", 2023, None, "Floor Adriaansen", "architect"),
    "Buitenplaats Brienenoord": ("CULTURAL", "IJsselmonde", 2023, None, "Hanna Oever", "programma en beheer"),
    "Drukkerij De Maas": ("ENTREPRENEUR", "Delfshaven", 2025, None, "Kees Inktvis", "drukker"),
    "Galerie Tussenruimte": ("CULTURAL", "Centrum", 2022, date(2025, 12, 31), "Ida Lijst", "galeriehouder"),
}
# name: theme, from, partners, workshops, purpose
COLLABORATIONS = {
    "Voedseltuin ↔ keukens": (
        "Gezondheid & preventie",
        date(2022, 3, 1),
        ["Voedseltuin Rotterdam"],
        ["Voedseltuin M4H", "Keuken West", "Keuken Noord"],
        "Gezond eten maken en uitdelen voor mensen met een kleine beurs. Wat de tuin oogst, koken de keukens.",
    ),
    "Fietsen ↔ Give a Bike": (
        "Mobiliteit & participatie",
        date(2023, 1, 9),
        ["Give a Bike Foundation"],
        ["Fietsenwerkplaats West", "Fietsen Give a Bike", "Fietspunt Noord"],
        "Achtergelaten fietsen maken we rijklaar voor wie er geen kan betalen. Wie bij ons het vak leert, kan in M4H "
        "een stap verder.",
    ),
    "PLUSKUNST": (
        "Kunst & samenleving",
        date(2024, 9, 1),
        ["CBK Rotterdam", "AVL Mundo"],
        ["Atelier West", "Textielatelier West"],
        "Kunstenaars en deelnemers maken samen kunst voor de wijk.",
    ),
    "Non-Glossies & Expo": (
        "Kunst & samenleving",
        date(2023, 5, 1),
        ["Drukkerij De Maas", "Galerie Tussenruimte", "CBK Rotterdam"],
        ["Atelier West"],
        "Een eigen tijdschrift met verhalen en werk van deelnemers, en elk jaar een Expo.",
    ),
    "Alle 13 Goed!": (
        "Duurzaamheid & educatie",
        date(2024, 11, 1),
        ["CityLab010", "Group A", "Buitenplaats Brienenoord", "Buurman"],
        ["Houtwerkplaats West", "Staalwerkplaats West"],
        "We bouwen de dertien werkplaatsen in West duurzaam om, met materiaal dat al een leven had. Iedereen doet mee.",
    ),
    "Leerwerkpark M4H": (
        "Duurzaamheid & educatie",
        date(2025, 2, 3),
        ["Hogeschool Rotterdam", "Buurman", "Group A"],
        ["Voedseltuin M4H", "Fietsen Give a Bike"],
        "Studenten, ondernemers en deelnemers leren van elkaar op één terrein in de haven.",
    ),
}
# The thirteen workshops in West: name, our workshop there, when it was finished (None: busy; "": not begun), picture.
MILESTONES = [
    ("Fietsenwerkplaats", "Fietsenwerkplaats West", date(2025, 3, 14), "bike"),
    ("Houtwerkplaats", "Houtwerkplaats West", date(2025, 5, 23), "bench"),
    ("Staalwerkplaats", "Staalwerkplaats West", date(2025, 10, 3), None),
    ("Keuken", "Keuken West", date(2026, 2, 20), "kitchen"),
    ("Atelier", "Atelier West", date(2026, 6, 12), None),
    ("Textielatelier", "Textielatelier West", None, None),
    ("Keramiek", None, None, None),
    ("Drukkerij", None, "", None),
    ("Kas op het dak", None, "", None),
    ("Materialenbank", None, "", None),
    ("Repair café", None, "", None),
    ("Huiskamer", None, "", None),
    ("Buitenwerkplaats", None, "", None),
]
PICTURE_TEXTS = {
    "bike": "Tekening: een fiets in de nieuwe reparatiestandaard, onder een raam.",
    "bench": "Tekening: een werkbank van oude balken, met gereedschap aan de wand.",
    "kitchen": "Tekening: een pan op het fornuis, met potten op de plank.",
}
# collaboration, name, day, visitors, remark
EVENTS = [
    ("Voedseltuin ↔ keukens", "Oogstfeest", date(2025, 9, 20), 140, "Soep voor de hele straat."),
    ("Voedseltuin ↔ keukens", "Oogstfeest", date(2026, 9, 19), 165, ""),
    ("Fietsen ↔ Give a Bike", "Uitgiftedag kinderfietsen", date(2025, 4, 12), 60, "38 fietsen uitgereikt."),
    ("Fietsen ↔ Give a Bike", "Uitgiftedag kinderfietsen", date(2026, 4, 11), 72, "45 fietsen uitgereikt."),
    ("PLUSKUNST", "Onthulling muurschildering", date(2025, 6, 6), 85, ""),
    ("PLUSKUNST", "Open atelier", date(2026, 5, 29), 110, ""),
    ("Non-Glossies & Expo", "Expo 2025", date(2025, 11, 14), 210, "32 werken te zien."),
    ("Non-Glossies & Expo", "Presentatie Non-Glossy 6", date(2026, 3, 27), 64, ""),
    ("Alle 13 Goed!", "Opening houtwerkplaats", date(2025, 5, 24), 55, ""),
    ("Alle 13 Goed!", "Bouwdag met de buurt", date(2026, 6, 13), 48, "Muren van hergebruikte stenen."),
    ("Leerwerkpark M4H", "Open dag leerwerkpark", date(2025, 10, 9), 95, ""),
]
# workshop at a partner: contact, position, phone, who of us is near
ON_SITE = {
    "Voedseltuin M4H": ("Wessel Tuinman", "Carla Verhoeven, elke ochtend op het terrein"),
    "Fietsen Give a Bike": ("Ilse Spaak", "Renée Đurić, in 10 minuten op de fiets"),
}


def add_collaborations(today: date, chance: Random) -> None:
    """Partners with contacts and themes, six collaborations, the thirteen milestones, and events up to `today`."""
    _add_partners(chance)
    _say_who_is_on_site()
    themes = {theme.name: theme for theme in Theme.objects.all()}
    for name, (theme, start, partners, workshops, purpose) in COLLABORATIONS.items():
        collaboration = Collaboration.objects.create(name=name, purpose=purpose, start_date=start)
        collaboration.themes.add(themes[theme])
        organisations = Organisation.objects.filter(name__in=partners)
        collaboration.organisations.set(organisations)
        collaboration.workshops.set(Workshop.objects.filter(name__in=workshops))
        for organisation in organisations:
            organisation.themes.add(themes[theme])
    _add_milestones(today)
    _add_events(today, chance)


def _add_partners(chance: Random) -> None:
    for name, year in KNOWN_SINCE.items():
        Organisation.objects.filter(name=name).update(start_date=date(year, 1, 1))
    for name, (kind, place, year, end, contact, position) in MORE_PARTNERS.items():
        organisation = Organisation.objects.create(
            name=name, kind=kind, place=place, start_date=date(year, 1, 1), end_date=end
        )
        ContactPerson.objects.create(organisation=organisation, name=contact, position=position)
    Organisation.objects.filter(name="Voedseltuin Rotterdam").update(
        notes="Levering aan de keukens op dinsdag en vrijdag, voor tien uur.\nIn de winter is de kas open tot drie uur."
    )
    contacts = list(ContactPerson.objects.order_by("pk"))
    for contact in contacts:
        contact.phone = f"06-{chance.randrange(10**7, 10**8)}"
        contact.email = f"{contact.name.split()[0].lower()}@partner.example"
    ContactPerson.objects.bulk_update(contacts, ["phone", "email"])


def _say_who_is_on_site() -> None:
    for name, (contact, guidance) in ON_SITE.items():
        person = ContactPerson.objects.get(name=contact)
        Workshop.objects.filter(name=name, host=person.organisation).update(
            site_contact=person, guidance_nearby=guidance
        )


def _add_milestones(today: date) -> None:
    collaboration = Collaboration.objects.get(name="Alle 13 Goed!")
    workshops = {workshop.name: workshop for workshop in Workshop.objects.all()}
    states = Milestone.State
    for position, (name, workshop, done, drawing) in enumerate(MILESTONES, start=1):
        is_done = bool(done) and done <= today
        Milestone.objects.create(
            collaboration=collaboration,
            position=position,
            name=name,
            workshop=workshops.get(workshop),
            state=states.DONE if is_done else states.PLANNED if done == "" else states.BUSY,
            done_on=done if is_done else None,
            picture=_drawing(drawing) if drawing else None,
            picture_text=PICTURE_TEXTS.get(drawing, ""),
        )


def _add_events(today: date, chance: Random) -> None:
    """The events that have been, the newest a week ago, each with some of the people who were there then."""
    fair = ("Voedseltuin ↔ keukens", "Wintersoep", today - timedelta(days=7), 40, "")
    for name, title, day, visitors, remark in [*EVENTS, fair]:
        if day > today:
            continue
        collaboration = Collaboration.objects.get(name=name)
        event = Event.objects.create(
            collaboration=collaboration, name=title, date=day, visitors=visitors, remark=remark
        )
        there = Trajectory.objects.on(day).filter(placements__workshop__in=collaboration.workshops.all())
        people = sorted(set(there.values_list("participant", flat=True)))
        came = chance.sample(people, min(len(people), chance.randrange(6, 15)))
        EventVisit.objects.bulk_create(EventVisit(event=event, participant_id=pk) for pk in came)


# --- Pictures, drawn here so that no photograph of anybody is needed -----------------------------------------------

PAPER, WALL, INK, WOOD, ACCENT, WARM = "#faf7f1", "#e3eef0", "#16262b", "#b98a52", "#0b4f5a", "#d98b3a"


def _drawing(what: str) -> bytes:
    """A quiet drawing of a workshop, 900 by 600, as our own JPEG."""
    picture = Image.new("RGB", (1800, 1200), WALL)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 900, 1800, 1200), fill="#d9d2c4")
    {"bike": _draw_bike, "bench": _draw_bench, "kitchen": _draw_kitchen}[what](pen)
    output = BytesIO()
    picture.resize((900, 600), Image.Resampling.LANCZOS).save(output, "PNG")
    return as_jpeg(output.getvalue())


def _draw_window(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
    pen.rectangle((left, top, left + 460, top + 300), fill="#ffffff", outline=INK, width=14)
    pen.line((left + 230, top, left + 230, top + 300), fill=INK, width=10)
    pen.line((left, top + 150, left + 460, top + 150), fill=INK, width=10)


def _draw_bike(pen: ImageDraw.ImageDraw) -> None:
    _draw_window(pen, 1180, 120)
    pen.rectangle((880, 250, 920, 1000), fill=INK)
    for x in (560, 1240):
        pen.ellipse((x - 210, 640, x + 210, 1060), outline=INK, width=26)
        pen.ellipse((x - 24, 826, x + 24, 874), fill=INK)
    back, crank, seat, head, front = (560, 850), (860, 850), (790, 560), (1110, 560), (1240, 850)
    for one, other in [(back, crank), (crank, seat), (seat, back), (seat, head), (head, crank), (head, front)]:
        pen.line((one, other), fill=ACCENT, width=30)
    pen.line((head, (1090, 470)), fill=ACCENT, width=26)
    pen.line(((1030, 460), (1150, 460)), fill=INK, width=26)
    pen.line((seat, (775, 500)), fill=ACCENT, width=26)
    pen.rounded_rectangle((700, 470, 850, 505), radius=16, fill=INK)
    pen.ellipse((815, 805, 905, 895), outline=WARM, width=20)


def _draw_bench(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((250, 140, 1550, 520), fill=PAPER, outline=WOOD, width=18)
    pen.line(((420, 220), (420, 440)), fill=WOOD, width=34)
    pen.rectangle((350, 200, 490, 260), fill=INK)
    pen.polygon(((700, 220), (1000, 220), (1000, 260), (700, 330)), fill="#8a8577")
    pen.rounded_rectangle((990, 205, 1100, 300), radius=24, fill=WOOD)
    for number, x in enumerate((1220, 1310, 1400)):
        pen.line(((x, 210), (x, 330)), fill="#8a8577", width=20)
        pen.line(((x, 330), (x, 430)), fill=(ACCENT, WARM, WOOD)[number], width=40)
    pen.rectangle((200, 720, 1600, 800), fill=WOOD, outline=INK, width=10)
    for x in (300, 1440):
        pen.rectangle((x, 800, x + 70, 1100), fill=WOOD, outline=INK, width=10)
    pen.rectangle((370, 960, 1440, 1010), fill=WOOD, outline=INK, width=10)
    pen.polygon(((620, 720), (1080, 640), (1090, 680), (660, 720)), fill=WARM)


def _draw_kitchen(pen: ImageDraw.ImageDraw) -> None:
    _draw_window(pen, 180, 120)
    pen.rectangle((850, 330, 1650, 360), fill=WOOD)
    for number, x in enumerate((900, 1060, 1220, 1380, 1520)):
        pen.rounded_rectangle(
            (x, 190, x + 100, 330), radius=18, fill=(ACCENT, WARM, PAPER)[number % 3], outline=INK, width=8
        )
        pen.rectangle((x + 10, 165, x + 90, 192), fill=INK)
    pen.rectangle((300, 760, 1500, 1120), fill=PAPER, outline=INK, width=14)
    pen.rectangle((260, 720, 1540, 780), fill=INK)
    pen.rounded_rectangle((420, 860, 820, 1060), radius=20, outline=INK, width=12)
    for x in (980, 1140, 1300):
        pen.ellipse((x, 860, x + 80, 940), fill=ACCENT)
    pen.rounded_rectangle((620, 500, 1120, 720), radius=40, fill=ACCENT, outline=INK, width=12)
    pen.rectangle((560, 540, 620, 575), fill=INK)
    pen.rectangle((1120, 540, 1180, 575), fill=INK)
    pen.rounded_rectangle((600, 455, 1140, 510), radius=24, fill=INK)
    pen.ellipse((835, 405, 905, 465), fill=INK)
