"""Reading the six files: which file is refused, which row is, and that no cell comes back in a message."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshops.services.year_import import cells
from workshops.services.year_import.cells import CellError
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.files import COLUMNS, FileError, read_lines, skipped_files
from workshops.tests.spreadsheets import ATTENDANCE, SmallYear

PEOPLE = "deelnemers.csv"
CITIZEN_NUMBER = "999990639"
FORMULAS = ["=1+1", "@SUM(A1)", "\t=1", "+a", "-2+3", ' =HYPERLINK("x")']
FREE_COLUMNS = {"Toewijzingsnummer", "Telefoon", "Nr"}


@pytest.fixture
def year():
    return SmallYear()


def refusals(year):
    return [(r.file, r.line, r.column, r.reason) for r in read_year(year.files()).refusals]


def file_error(files):
    with pytest.raises(FileError) as caught:
        read_year(files)
    return str(caught.value)


def test_good_files_have_no_refusals(year):
    rows = read_year(year.files())
    assert rows.refusals == []
    assert rows.read == {
        "workshops": 2,
        "closures": 1,
        "cancellations": 1,
        "people": 2,
        "placements": 2,
        "attendances": 5,
    }


def test_rows_come_back_unchanged_from_json(year):
    year.rows[PEOPLE][1]["Achternaam"] = ""
    rows = read_year(year.files())
    assert type(rows).from_json(rows.as_json()) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_utf_8_and_windows_1252_read_the_same(year, encoding):
    files = {name: data.decode("utf-8-sig").encode(encoding) for name, data in year.files().items()}
    assert read_year(files).people[0].surname == "Öztürk"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_ends_and_empty_lines_at_the_end_are_fine(year, line_end):
    files = {name: data.replace(b"\r\n", line_end.encode()) + b"\n;;\n\n" for name, data in year.files().items()}
    rows = read_year(files)
    assert (len(rows.attendances), rows.refusals) == (5, [])


def test_columns_may_stand_in_another_order_and_cells_in_quotes(year):
    files = {**year.files(), "sluitingen.csv": b'"Reden";"Tot";"Van"\n"dicht; op slot";"2-1-2025";"1-1-2025"\n'}
    closure = read_year(files).closures[0]
    assert (closure.start, closure.end, closure.reason) == (date(2025, 1, 1), date(2025, 1, 2), "dicht; op slot")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "het bestand is leeg."),
        (b"\xef\xbb\xbf", "het bestand heeft geen regel met kolomnamen."),
        (b"Van,Tot,Reden\n", "de kolommen zijn niet gescheiden met een puntkomma (;)."),
        (b"Van\tTot\tReden\n", "de kolommen zijn niet gescheiden met een puntkomma (;)."),
        (b"Van;Reden\n", "deze kolommen ontbreken: Tot."),
        (b"Van;Tot;Reden;Tot\n", "deze kolommen staan er twee keer in: Tot."),
        (b"Van;Tot;Reden;999990639\n", "deze kolommen ken ik niet: nummer 4 van links."),
        (b"Van;Tot;Reden\n\0", "dit is geen tekst in UTF-8 of Windows-1252. Bewaar het bestand als ‘CSV UTF-8’."),
        (
            "Van;Tot;Reden\n".encode("utf-16"),
            "dit is geen tekst in UTF-8 of Windows-1252. Bewaar het bestand als ‘CSV UTF-8’.",
        ),
        (
            b"Van;Tot;Reden\n\x81",
            "de tekens zijn geen UTF-8 en geen Windows-1252. Bewaar het als ‘CSV UTF-8’.",
        ),
        (
            "Van;Tot;één".encode() + b"\xff",
            "sommige letters zijn beschadigd. Bewaar het bestand als ‘CSV UTF-8’.",
        ),
        (
            b'Van;Tot;Reden\n1-1-2025;1-1-2025;"dicht\n',
            "de aanhalingstekens kloppen niet in de rij die begint op regel 2.",
        ),
        (b"Van;Tot;Reden\n" + b"x" * 10 * 1024 * 1024, "het bestand is te groot: hoogstens 10 MB."),
    ],
)
def test_a_file_that_is_not_what_it_should_be_refuses_everything(year, data, reason):
    assert file_error({**year.files(), "sluitingen.csv": data}) == f"sluitingen.csv: {reason}"


def test_every_missing_file_is_named(year):
    files = {"deelnemers.csv": b"x", "999990639.csv": b"x"}
    assert file_error(files) == (
        "Er ontbreken bestanden: werkplaatsen.csv, sluitingen.csv, uitval.csv, plaatsingen.csv, "
        "aanwezigheid-JJJJ.csv (met het jaar in de naam)."
    )


def test_there_is_one_file_with_attendance_of_a_year_that_can_be(year):
    files = year.files()
    assert "meer dan één bestand" in file_error({**files, "aanwezigheid-2024.csv": b"x"})
    data = files.pop(ATTENDANCE)
    assert "het jaar in de naam ligt niet tussen" in file_error({**files, "aanwezigheid-2999.csv": data})


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_in_any_column_of_any_file_refuses_the_row(year, formula):
    for name, rows in year.rows.items():
        for column in COLUMNS.get(name, COLUMNS["aanwezigheid-JJJJ.csv"]):
            changed = SmallYear()
            changed.rows[name] = [{**rows[0], column: formula}, *rows[1:]]
            refused = [r for r in read_year(changed.files()).refusals if r.file == name]
            assert len(refused) == 1, (name, column)
            assert column in refused[0].column.split(", ")
            assert "Hier staat een formule." in refused[0].reason
            assert formula.strip() not in refused[0].reason


def test_a_citizen_number_in_any_column_refuses_the_row_and_is_not_repeated(year):
    for name, rows in year.rows.items():
        for column in set(COLUMNS.get(name, COLUMNS["aanwezigheid-JJJJ.csv"])) - FREE_COLUMNS:
            changed = SmallYear()
            changed.rows[name] = [{**rows[0], column: f"BSN {CITIZEN_NUMBER}"}, *rows[1:]]
            read = read_year(changed.files())
            refused = [r for r in read.refusals if r.file == name]
            assert [r.reason.count("burgerservicenummer") for r in refused] == [1], (name, column)
            assert CITIZEN_NUMBER not in str(read.as_json())


def test_in_the_columns_for_numbers_eight_digits_are_a_number(year):
    year.rows[PEOPLE][0].update({"Toewijzingsnummer": CITIZEN_NUMBER, "Telefoon": "+31 6 11111110"})
    assert refusals(year) == []


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("Nr", "", "Hier hoort een heel getal, in cijfers."),
        ("Nr", "-1", "Hier hoort een heel getal, in cijfers."),
        ("Nr", "0", "Dit getal ligt niet tussen 1 en 999999999."),
        ("Nr", "1000000000", "Dit getal ligt niet tussen 1 en 999999999."),
        ("Roepnaam", "x" * 61, "Dit is te lang: hoogstens 60 tekens."),
        ("Roepnaam", "Hü\u200blya", "Hier staat een onzichtbaar teken. Typ de tekst opnieuw."),
        ("Achternaam", "  ", "Dit mag niet leeg zijn."),
        ("Geboortedatum", "1-1-25", "Schrijf een datum als 31-12-2025."),
        ("Geboortedatum", "2025-01-31", "Schrijf een datum als 31-12-2025."),
        ("Geboortedatum", "31-02-1980", "Deze datum bestaat niet."),
        ("Geboortedatum", "12-03-2065", "De geboortedatum ligt in de toekomst."),
        ("Geboortedatum", "12-03-1865", "De datum ligt niet tussen 01-01-1900 en 31-12-2100."),
        ("Geslacht", "q", "Dit woord ken ik niet. Kies uit: m, man, v, vrouw, x, anders, onbekend."),
        ("Postcode", "30111 AB", "Dit is te lang: hoogstens 7 tekens."),
        ("Postcode", "ABCD 12", "Schrijf een postcode als 3011 AB."),
        ("Telefoon", "bel maar", "Een telefoonnummer bestaat uit cijfers, spaties en streepjes."),
        ("Doelgroep", "klant", "Dit woord ken ik niet. Kies uit: dagbesteding, activering, vakvrijwilliger."),
        ("Start", "", "Hier hoort een datum."),
        ("Start", "01-01-1970", "Het traject begint voor de geboortedatum."),
        ("Eind", "31-12-2023", "De einddatum ligt voor de begindatum."),
        ("Waarheen", "opleiding", "Waarheen iemand gaat, hoort bij een traject met een einddatum."),
        ("Indicatie van", "", "Dit hoort bij een indicatie en is leeg."),
        ("Indicatie tot", "31-12-2024", "De einddatum ligt voor de begindatum."),
        ("Dagdelen per week", "vier", "Hier hoort een heel getal, in cijfers."),
        ("Dagdelen per week", "15", "Dit getal ligt niet tussen 1 en 14."),
    ],
)
def test_a_bad_cell_refuses_the_person(year, column, cell, reason):
    year.rows[PEOPLE][0][column] = cell
    found = [(file, line, where, why) for file, line, where, why in refusals(year) if file == PEOPLE]
    assert found == [(PEOPLE, 2, column, reason)]


def test_whatever_refers_to_a_refused_person_is_refused_as_well(year):
    year.rows[PEOPLE][0]["Achternaam"] = ""
    reason = "Dit nummer is geweigerd in deelnemers.csv."
    assert refusals(year)[1:] == [
        ("plaatsingen.csv", 2, "Nr", reason),
        *((ATTENDANCE, line, "Nr", reason) for line in (2, 3, 4, 6)),
    ]


def test_whatever_refers_to_a_refused_workshop_is_refused_as_well(year):
    year.rows["werkplaatsen.csv"][1]["ma ochtend"] = "veel"
    assert refusals(year) == [
        ("werkplaatsen.csv", 3, "ma ochtend", "Hier hoort een heel getal, in cijfers."),
        (ATTENDANCE, 6, "Werkplaats", "Deze werkplaats is geweigerd in werkplaatsen.csv."),
    ]


def test_a_reference_to_nothing_is_refused(year):
    year.rows["plaatsingen.csv"][0].update({"Nr": "77", "Werkplaats": "Smidse"})
    assert refusals(year) == [
        (
            "plaatsingen.csv",
            2,
            "Nr, Werkplaats",
            "Nr: Dit nummer staat niet in deelnemers.csv. Werkplaats: Deze werkplaats staat niet in werkplaatsen.csv.",
        )
    ]


@pytest.mark.parametrize("name", list(SmallYear().rows))
def test_of_two_rows_about_the_same_thing_the_first_stays(year, name):
    year.rows[name].append(dict(year.rows[name][0]))
    assert [(file, reason) for file, _, _, reason in refusals(year)] == [
        (name, "Deze staat ook al op regel 2; de eerste blijft.")
    ]


def test_a_number_that_occurs_twice_belongs_to_the_first_also_when_that_is_refused(year):
    year.rows[PEOPLE] = [{**year.rows[PEOPLE][0], "Start": "nu"}, year.rows[PEOPLE][0]]
    found = [reason for file, _, _, reason in refusals(year) if file == PEOPLE]
    assert found == ["Schrijf een datum als 31-12-2025.", "Deze staat ook al op regel 2; de eerste blijft."]


@pytest.mark.parametrize(
    ("name", "column", "cell", "reason"),
    [
        ("werkplaatsen.csv", "Discipline", "glas", "Dit woord ken ik niet."),
        ("werkplaatsen.csv", "ma ochtend", "501", "Dit getal ligt niet tussen 1 en 500."),
        ("sluitingen.csv", "Tot", "20-04-2025", "De einddatum ligt voor de begindatum."),
        ("sluitingen.csv", "Reden", "", "Dit mag niet leeg zijn."),
        ("uitval.csv", "Datum", "24-03-2024", "Deze dag valt niet in 2025, het jaar van de bestanden."),
        ("uitval.csv", "Reden", "", "Dit mag niet leeg zijn."),
        ("plaatsingen.csv", "Dag", "zondag", "Dit woord ken ik niet. Kies uit: ma, di, wo, do, vr."),
        ("plaatsingen.csv", "Dagdeel", "avond", "Dit woord ken ik niet. Kies uit: ochtend, middag."),
        ("plaatsingen.csv", "Rol", "baas", "Dit woord ken ik niet. Kies uit: deelnemer, vrijwilliger."),
        ("plaatsingen.csv", "Tot", "31-12-2024", "De einddatum ligt voor de begindatum."),
        (ATTENDANCE, "Datum", "03-03-2024", "Deze dag valt niet in 2025, het jaar van de bestanden."),
        (ATTENDANCE, "Status", "ziek", "Dit woord ken ik niet. Kies uit: aanwezig, afgemeld, niet afgemeld."),
        (ATTENDANCE, "Reden", "ziek", "Een reden hoort bij afgemeld."),
    ],
)
def test_a_bad_cell_in_another_file_refuses_its_row(year, name, column, cell, reason):
    year.rows[name][0][column] = cell
    file, line, where, why = next(found for found in refusals(year) if found[0] == name)
    assert (file, line, where) == (name, 2, column)
    assert why.startswith(reason)


def test_a_row_with_too_many_cells_is_refused_by_its_line_in_the_file(year):
    data = b'Van;Tot;Reden\n1-1-2025;1-1-2025;"op\ntwee regels"\n2-1-2025;2-1-2025;dicht;999990639\n'
    read = read_year({**year.files(), "sluitingen.csv": data})
    assert [(r.line, r.column, r.reason) for r in read.refusals] == [
        (4, "", "Deze rij heeft 4 cellen in plaats van 3.")
    ]
    assert read.closures[0].reason == "op twee regels"


def test_a_remark_is_left_out_and_said(year):
    year.rows[PEOPLE][0]["Opmerking"] = "komt met de bus"
    read = read_year(year.files())
    assert [(note.line, note.column) for note in read.notes] == [(2, "Opmerking")]
    assert "bus" not in str(read.as_json())


@given(st.dates(min_value=cells.FIRST_DAY, max_value=cells.LAST_DAY), st.booleans())
def test_every_date_in_range_is_read_back(value, with_zeros):
    text = f"{value:%d-%m-%Y}" if with_zeros else f"{value.day}-{value.month}-{value.year}"
    assert cells.day(text) == value


def refusal_of(parse, *args) -> str:
    """What a refusal says; nothing when there is none, and any other exception fails the test."""
    try:
        parse(*args)
    except (CellError, FileError) as error:
        return str(error)
    return ""


@given(st.text(max_size=8).map("§{}§".format))
def test_any_text_is_a_value_or_a_refusal_that_does_not_repeat_it(text):
    refusals = [
        refusal_of(cells.day, text),
        refusal_of(cells.birth_date, text),
        refusal_of(cells.postcode, text),
        refusal_of(cells.whole_number, text, 1, 500),
        refusal_of(cells.word, text, {"ja": True}),
        refusal_of(cells.check_safe, "Reden", text),
    ]
    assert not any(text in refusal for refusal in refusals)


@settings(max_examples=50)
@given(st.binary(max_size=60))
def test_any_bytes_are_lines_or_a_file_error(data):
    for start in (b"", b"Van;Tot;Reden\n"):
        refusal = refusal_of(read_lines, "sluitingen.csv", start + data)
        assert refusal == "" or refusal.startswith("sluitingen.csv: ")


@pytest.mark.parametrize("day", ["03-03-2024", "31-02-2025", "", None])
def test_a_register_without_a_day_of_its_year_refuses_everything(year, day):
    """A register of another year would make a year of days that nobody filled in; so would an empty one."""
    year.rows[ATTENDANCE] = [] if day is None else [{**row, "Datum": day} for row in year.rows[ATTENDANCE]]
    assert file_error(year.files()) == (
        f"{ATTENDANCE}: geen enkele rij heeft een datum in 2025. Klopt het jaar in de naam?"
    )


def test_one_day_of_another_year_refuses_that_row_alone(year):
    year.rows[ATTENDANCE][0]["Datum"] = "03-03-2024"
    reason = "Deze dag valt niet in 2025, het jaar van de bestanden."
    assert refusals(year) == [(ATTENDANCE, 2, "Datum", reason)]


@pytest.mark.parametrize(("cells", "count"), [("dicht", "1 cel"), ("dicht;op;slot;nu", "4 cellen")])
def test_a_row_with_another_number_of_cells_is_refused(year, cells, count):
    files = {**year.files(), "sluitingen.csv": f"Van;Tot;Reden\n{cells}\n".encode()}
    [refusal] = read_year(files).refusals
    assert refusal.reason == f"Deze rij heeft {count} in plaats van 3."


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], ""),
        (["notities-2025.csv"], "1 bestand overgeslagen: notities-2025.csv."),
        (["a.csv", "b.CSV"], "2 bestanden overgeslagen: a.csv, b.CSV."),
        ([f"{CITIZEN_NUMBER}.csv"], "1 bestand overgeslagen."),
        (["a.csv", "99999.csv"], "2 bestanden overgeslagen."),
        (["<b>.csv"], "1 bestand overgeslagen."),
    ],
)
def test_other_files_are_mentioned_and_named_when_that_is_harmless(year, names, sentence):
    assert skipped_files([*year.files(), "UITVAL.csv", *names]) == sentence
