"""The usual sections of an annual report, with the texts that one starts from."""

from impact.report.content import DUTCH, SectionContent

# The kinds (as in `ReportSection.Kind`) in their usual order, each with its title in Dutch and in English.
TITLES = {
    "FOREWORD": ("Voorwoord", "Foreword"),
    "GLANCE": ("Het jaar in één oogopslag", "The year at a glance"),
    "ABOUT": ("Wie wij zijn en de vier P’s", "Who we are and the four Ps"),
    "PARTICIPANTS": ("Wie deden mee", "Who took part"),
    "FLOW": ("Wie kwamen en wie gingen", "Who came and who left"),
    "TAKING_PART": ("Meedoen", "Taking part"),
    "PEOPLE": ("People: groei van mensen", "People: how people grow"),
    "PLACE": ("Place: de buurt", "Place: the neighbourhood"),
    "PROSPERITY": ("Prosperity: samen verder", "Prosperity: getting ahead together"),
    "PLANET": ("Planet: zuinig op spullen", "Planet: making things last"),
    "WORKSHOPS": ("De werkplaatsen", "The workshops"),
    "VOLUNTEERS": ("Vakvrijwilligers", "Skilled volunteers"),
    "PARTNERS": ("Partners en samenwerkingen", "Partners and collaborations"),
    "STORIES": ("Verhalen", "Stories"),
    "OUTLOOK": ("Vooruitblik", "Looking ahead"),
    "METHOD": ("Hoe is dit gemeten", "How this was measured"),
    "ORGANISATION": ("De organisatie en ANBI", "The organisation"),
}

WHO_WE_ARE = (
    "Pluspunt Rotterdam is een werkcentrum: een plek om thuis te zijn, te leren en te werken. Vijf dagen in de week "
    "zijn we open voor Rotterdammers die langere tijd een steuntje in de rug nodig hebben, en voor Rotterdammers die "
    "hen daarbij helpen. We zijn er in West en in Noord, en met werkplekken bij partners in M4H.\n\n"
    "In onze werkplaatsen wordt gewerkt met fietsen, hout, staal, voedsel en kunst. Een maatschappelijke werkplaats "
    "staat bij een partner. In een fietspunt, kluspunt of voedselpunt helpen we buren. Zo brengen we vijf dagen in de "
    "week mensen bij klussen, en klussen bij mensen.\n\n"
    "Wie meedoet, komt voor sociale dagbesteding, voor activering of als vakvrijwilliger. Een vakvrijwilliger brengt "
    "werkervaring mee en een sociaal hart. Iedereen krijgt begeleiding bij het traject, het werk en het leven "
    "eromheen. Wie leert, groeit van maker naar gezel naar meester.\n\n"
    "Wat we willen bereiken, noemen we met vier woorden. People gaat over de mens zelf: zelfvertrouwen, meedoen, "
    "vaardigheden en een goed leven. Place gaat over de buurt, Prosperity over samen verder komen, en Planet over "
    "zuinig zijn op spullen en eten."
)
WHO_WE_ARE_ENGLISH = (
    "Pluspunt Rotterdam is a work centre: a place to feel at home, to learn and to work. Five days a week we are open "
    "to people in Rotterdam who need a long-term leg-up, and to people in Rotterdam who want to help them. You find us "
    "in West and Noord, and at the premises of partners in M4H.\n\n"
    "Our workshops work with bicycles, wood, steel, food and art. A community workshop is hosted by a partner. At a "
    "bike point, an odd-job point or a food point we serve neighbours. Five days a week we connect people with jobs, "
    "and jobs with people.\n\n"
    "People come for social day care, for activation, or as a skilled volunteer, who brings work experience and a "
    "social heart. Everybody is guided in their trajectory, their work and the life around it. Who learns, grows from "
    "maker to journeyman to master.\n\n"
    "What we want to achieve has four names. People is about the person: self-confidence, taking part, skills and a "
    "good life. Place is about the neighbourhood, Prosperity about getting ahead together, and Planet about making "
    "things and food last."
)
METHOD = (
    "De cijfers in dit verslag komen uit de dagelijkse registratie. Een begeleider vult elke ochtend en middag in wie "
    "er was, en wat er is gemaakt, gerepareerd of uitgedeeld. Van elk cijfer staat hieronder wat het betekent.\n\n"
    "Of mensen groeien, vragen we hun zelf, met korte stellingen en een schaal van 1 tot en met 5. Ook de begeleider "
    "vult in wat die ziet. Die twee tellen we nooit bij elkaar op. Meedoen aan een meting is vrijwillig.\n\n"
    "Groei is nooit een bewijs dat Pluspunt de oorzaak is. In een mensenleven gebeurt meer dan wat wij zien, en niet "
    "iedereen vult een meting in. Daarom staat bij elke groei van hoeveel mensen we het weten, en tonen we groei pas "
    "vanaf tien mensen."
)
METHOD_ENGLISH = (
    "The figures in this report come from the daily register. Every morning and afternoon a coach records who was "
    "there, and what was made, repaired or handed out. What each figure means is written below.\n\n"
    "Whether people grow, we ask them, with short statements and a scale from 1 to 5. The coach records what they see "
    "as well. The two are never added together. Taking part in a measurement is voluntary.\n\n"
    "Growth is never proof that Pluspunt caused it. More happens in a life than what we see, and not everybody fills "
    "in a measurement. So every growth says of how many people it is known, and growth is shown from ten people on."
)
TEXTS = {
    "ABOUT": (WHO_WE_ARE, WHO_WE_ARE_ENGLISH),
    "TAKING_PART": (
        "Meedoen begint met komen. Daarom tellen we wie er was, en hoe vaak. Niet komen is geen falen: afmelden mag, "
        "en wat niet is ingevuld telt nooit als afwezig.",
        "Taking part begins with coming. So we count who was there, and how often. Not coming is no failure: people "
        "may call off, and what was not recorded never counts as absent.",
    ),
    "PEOPLE": (
        "We vragen mensen zelf hoe het met hen gaat: aan het begin, daarna elk half jaar, en aan het eind. Groei is "
        "geen bewijs dat het door Pluspunt komt. Wel is het wat mensen zelf zeggen.",
        "We ask people how they are doing: at the start, every six months, and at the end. Growth is no proof that "
        "Pluspunt caused it. It is what people say themselves.",
    ),
    "PLACE": (
        "Een buurt wordt fijner als mensen elkaar kennen en er iets voor elkaar doen. We tellen wat we met en voor "
        "buren deden.",
        "A neighbourhood gets better when people know each other and do things for each other. We count what we did "
        "with and for neighbours.",
    ),
    "PROSPERITY": (
        "Samen verder komen: mensen helpen elkaar, en vinden hun weg naar werk, een opleiding of vrijwilligerswerk.",
        "Getting ahead together: people help each other, and find their way to work, education or volunteering.",
    ),
    "PLANET": (
        "Wat gemaakt of gered wordt, hoeft niet nieuw. We tellen wat een tweede leven kreeg. Wat dat scheelt aan "
        "uitstoot is een schatting.",
        "What is mended or saved need not be bought new. We count what got a second life. What that saves in "
        "emissions is an estimate.",
    ),
    "VOLUNTEERS": (
        "Vakvrijwilligers brengen werkervaring en een sociaal hart. Zij leren mensen een vak en houden de werkplaats "
        "draaiend.",
        "Skilled volunteers bring work experience and a social heart. They teach people a craft and keep the "
        "workshops going.",
    ),
    "PARTNERS": (
        "Pluspunt werkt samen met mensen en organisaties in de stad, rond vier thema’s.",
        "Pluspunt works together with people and organisations in the city, on four themes.",
    ),
    "METHOD": (METHOD, METHOD_ENGLISH),
    "ORGANISATION": (
        "Stichting Pluspunt Rotterdam heeft geen winstoogmerk. Wat binnenkomt, gaat naar het werk met mensen.",
        "Stichting Pluspunt Rotterdam is a foundation without profit. What comes in, goes to the work with people.",
    ),
}


def default_sections(language: str = DUTCH) -> tuple[SectionContent, ...]:
    """Every section in the usual order; foreword, stories and outlook have no text until somebody writes it."""
    which = 0 if language == DUTCH else 1
    return tuple(
        SectionContent(kind, titles[which], text=TEXTS.get(kind, ("", ""))[which], language=language)
        for kind, titles in TITLES.items()
    )
