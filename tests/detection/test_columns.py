from __future__ import annotations

import json
import random
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit.dataset
from auditkit.detection import ColumnVerdict, profile, profile_batch
from auditkit.detection.chance import tail
from auditkit.detection.header import read

DEVELOPMENT = Path(__file__).parents[3] / "shared" / "data"
SURE = ("certain", "likely")


def judged(frames: dict[str, pd.DataFrame], **options: object) -> dict[tuple[str, str], ColumnVerdict]:
    with auditkit.dataset.open(frames) as dataset:
        return {(v.table, v.column): v for v in profile(dataset, **options).columns}


@pytest.fixture(scope="module")
def people() -> dict[tuple[str, str], ColumnVerdict]:
    fake, rng = Faker(["en_US", "de_DE", "fr_FR"]), random.Random(4)
    fake.seed_instance(4)
    n = 120
    us = Faker("en_US")
    us.seed_instance(9)
    frame = pd.DataFrame(
        {
            "customer_id": range(1, n + 1),
            "vorname": [fake.first_name() for _ in range(n)],
            "Last Name": [fake.last_name() for _ in range(n)],
            "courriel": [fake.email() for _ in range(n)],
            "mobile_no": [us.numerify("07#########") for _ in range(n)],
            "street": [fake.street_address() for _ in range(n)],
            "plz": [fake.postcode() for _ in range(n)],
            "city": [fake.city() for _ in range(n)],
            "dob": [str(fake.date_of_birth(minimum_age=18, maximum_age=90)) for _ in range(n)],
            "age": [rng.randint(18, 90) for _ in range(n)],
            "sex": [rng.choice("MF") for _ in range(n)],
            "ssn": [us.ssn() for _ in range(n)],
            "iban": [fake.iban() for _ in range(n)],
            "card": [us.credit_card_number() for _ in range(n)],
            "marital_status": [rng.choice(["single", "married", "divorced"]) for _ in range(n)],
            "religion": [rng.choice(["catholic", "none", "muslim"]) for _ in range(n)],
            "last_ip": [us.ipv4_public() for _ in range(n)],
            "lat": [f"{rng.uniform(-60, 60):.5f}" for _ in range(n)],
            "lon": [f"{rng.uniform(-60, 60):.5f}" for _ in range(n)],
            "password": ["$2b$12$" + us.lexify("?" * 53) for _ in range(n)],
            "passport_no": [us.bothify("?########") for _ in range(n)],
            "email_verified": [rng.choice(["true", "false"]) for _ in range(n)],
            "phone_type": [rng.choice(["home", "work"]) for _ in range(n)],
            "status": [rng.choice(["open", "closed"]) for _ in range(n)],
            "amount": [f"{rng.random() * 99:.2f}" for _ in range(n)],
            "fax": [None] * n,
            "created_at": [str(us.date_time_this_decade()) for _ in range(n)],
            "row": range(n),
        }
    )
    return {column: verdict for (_, column), verdict in judged({"customers": frame}).items()}


@pytest.mark.parametrize(
    ("column", "entity"),
    [
        ("customer_id", "PSEUDONYM"),
        ("vorname", "PERSON"),
        ("Last Name", "PERSON"),
        ("courriel", "EMAIL_ADDRESS"),
        ("mobile_no", "PHONE_NUMBER"),
        ("street", "STREET_ADDRESS"),
        ("plz", "POSTAL_CODE"),
        ("city", "LOCATION"),
        ("dob", "DATE_OF_BIRTH"),
        ("age", "AGE"),
        ("sex", "GENDER"),
        ("ssn", "US_SSN"),
        ("iban", "IBAN_CODE"),
        ("card", "CREDIT_CARD"),
        ("marital_status", "MARITAL_STATUS"),
        ("religion", "RELIGION"),
        ("last_ip", "IP_ADDRESS"),
        ("lat", "GEO_COORDINATES"),
        ("lon", "GEO_COORDINATES"),
        ("password", "PASSWORD"),
        ("passport_no", "PASSPORT"),
    ],
)
def test_personal_columns_are_found(people, column, entity):
    assert (people[column].entity, people[column].verdict in SURE) == (entity, True)
    assert people[column].evidence


@pytest.mark.parametrize("column", ["email_verified", "phone_type", "status", "amount", "created_at", "row"])
def test_other_columns_are_not(people, column):
    assert people[column].verdict == "none"


def test_a_name_without_values_is_called_empty(people):
    assert (people["fax"].entity, people["fax"].verdict) == ("PHONE_NUMBER", "empty")


def test_exact_counts_and_minorities():
    cells = ["n/a"] * 300 + [f"user{i}@example.org" for i in range(700)] + ["+41 44 668 18 00"]
    found = judged({"t": pd.DataFrame({"email": cells})})["t", "email"]
    assert (found.entity, found.verdict, found.matches, found.contains) == (
        "EMAIL_ADDRESS",
        "certain",
        700,
        {"PHONE_NUMBER": 1},
    )


def test_numbers_that_pass_a_check_by_chance_are_not_personal():
    rng = random.Random(1)
    frame = pd.DataFrame(
        {
            "reading": [str(rng.randrange(10**8, 10**9)) for _ in range(3000)],
            "epoch": [str(1_500_000_000 + 37 * i) for i in range(3000)],
        }
    )
    for verdict in judged({"measurements": frame}).values():
        assert (verdict.verdict, verdict.contains) == ("none", {})


def test_numbers_that_all_pass_a_check_are_personal():
    with_check = [
        str(n)
        for n in range(100_000_000, 100_060_000)
        if sum(int(d) * w for d, w in zip(str(n), (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0
    ]
    found = judged({"t": pd.DataFrame({"nummer": with_check[:800]})})["t", "nummer"]
    assert (found.entity, found.verdict in SURE, found.matches) == ("NL_BSN", True, 800)


@pytest.mark.parametrize("table", ["artist", "genre", "product", "playlist"])
def test_a_name_of_things_is_no_name_of_people(table):
    names = [
        "Midnight Radio",
        "The Velvet Foxes",
        "Blue Harbor",
        "Static Bloom",
        "Paper Lanterns",
        "Rock",
        "Jazz",
        "Long Road Home",
    ]
    assert judged({table: pd.DataFrame({"Name": names})})[table, "Name"].verdict not in SURE


ATTRIBUTES = {
    "age": [str(20 + i) for i in range(40)],
    "sex": ["male", "female"] * 20,
    "income": [str(900 + 37 * i) for i in range(40)],
}


@pytest.mark.parametrize("column", ATTRIBUTES)
def test_attributes_are_for_review_where_no_column_says_whom_a_row_is_about(column):
    """Age, sex and income are personal where a row is about an identifiable person (GDPR Art. 4(1))."""
    frame = pd.DataFrame(ATTRIBUTES)
    assert judged({"survey": frame})["survey", column].verdict == "review"
    with_somebody = frame.assign(email=[f"user{i}@example.org" for i in range(40)])
    assert judged({"survey": with_somebody})["survey", column].verdict in SURE
    assert judged({"survey": frame[[column]]})["survey", column].verdict in SURE, (
        "of a lone column nothing is known"
    )


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL", "pt_BR"])
def test_people_are_found_by_their_values_alone(locale):
    fake = Faker(locale)
    fake.seed_instance(12)
    makers = [fake.first_name, fake.last_name, fake.email, fake.street_address, fake.date_of_birth]
    frame = pd.DataFrame({f"c{i}": [str(make()) for _ in range(40)] for i, make in enumerate(makers)})
    found = judged({"t": frame})
    entities = ["PERSON", "PERSON", "EMAIL_ADDRESS", "STREET_ADDRESS", "DATE_OF_BIRTH"]
    assert [found["t", c].entity if found["t", c].verdict in SURE else None for c in frame] == entities


def test_things_are_not_taken_for_people_by_their_values():
    fake, rng = Faker("en_US"), random.Random(2)
    fake.seed_instance(2)
    makers = {
        "c0": lambda: str(fake.date_time_this_year()),
        "c1": fake.word,
        "c2": lambda: f"{rng.gauss(0, 3):.6f}",
        "c3": fake.color_name,
        "c4": lambda: str(rng.randrange(10**4, 10**5)),
        "c5": lambda: f"{rng.choice('ABC')}{rng.randrange(999)}",
        "c6": lambda: f"{rng.randrange(9)} {fake.word()} boxes",
        "c7": lambda: str(1_600_000_000 + rng.randrange(10**7)),
        "c8": lambda: rng.choice(["March", "April", "May", "June"]),
        "c9": fake.company,
    }
    frame = pd.DataFrame({c: [make() for _ in range(60)] for c, make in makers.items()})
    assert {v.column: v.entity for v in judged({"t": frame}).values() if v.verdict in SURE} == {}


def test_chance_and_names_of_things():
    assert tail(3, 1000, 0.09) == 1.0
    assert read("file_name").thing
    assert not read("customer_name").thing


def test_own_recognizers_take_part():
    from presidio_analyzer import Pattern, PatternRecognizer

    badge = PatternRecognizer(supported_entity="BADGE", patterns=[Pattern("badge", r"\bBX-\d{4}\b", 0.8)])
    found = judged({"t": pd.DataFrame({"tag": [f"BX-{i:04d}" for i in range(400)]})}, recognizers=[badge])[
        "t", "tag"
    ]
    assert (found.entity, found.verdict, found.category, found.matches) == ("BADGE", "likely", None, 400)


def made_up(n: int, letters: str = "abcdefghkmnpqrstuvwxyzABCDEFGHKMN23456789!#$-_") -> list[str]:
    rng = random.Random(n)
    return ["".join(rng.choices(letters, k=rng.randint(8, 14))) for _ in range(n)]


def beside_people(column: str, values: list[str]) -> ColumnVerdict:
    n, some = 120, ["Anna", "Jonas", "Petra", "Karl"]
    frame = pd.DataFrame(
        {"vorname": [some[i % 4] for i in range(n)], column: [values[i % len(values)] for i in range(n)]}
    )
    return judged({"patienten": frame})["patienten", column]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Konfession", ["ev.", "kath.", "keine"]),
        ("Religion", ["röm.-kath.", "ev.-luth.", "konfessionslos"]),
        ("confession_religieuse", ["cath.", "prot.", "musulm.", "aucune"]),
        ("religione", ["catt.", "ebraica", "nessuna"]),
        ("religie", ["r.k.", "herv.", "geref.", "geen"]),
        ("wyznanie", ["rz.-kat.", "prawosł.", "brak"]),
    ],
)
def test_religions_are_known_by_their_abbreviations(column, values):
    found = beside_people(column, values)
    assert (found.entity, found.verdict in SURE, found.matches) == ("RELIGION", True, 120)


EXPLICIT = {
    "religion": "RELIGION",
    "diagnosis": "HEALTH",
    "ethnicity": "ETHNICITY",
    "Gewerkschaft": "TRADE_UNION",
    "sexual_orientation": "SEXUAL_ORIENTATION",
    "political_party": "POLITICAL_OPINION",
    "Behinderung": "DISABILITY",
}


@pytest.mark.parametrize("column", EXPLICIT)
def test_unknown_words_under_an_explicit_name_are_for_review(column):
    """A name that states a special category (GDPR Art. 9) counts even where no list has its words."""
    found = beside_people(column, ["Zwq. nord", "Prt. west", "Bnb. ost", "Kkl."])
    assert (found.entity, found.verdict in ("review", *SURE)) == (EXPLICIT[column], True)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("religion", [str(i) for i in range(100, 220)]),
        ("religion", [f"2024-03-{i:02d} 10:00:00" for i in range(1, 29)]),
        ("religion", ["true", "false"]),
        ("has_religion", ["true", "false"]),
        ("religion_id", [f"Rel-{i}" for i in range(120)]),
        ("ethnicity", [f"{i}.25" for i in range(120)]),
    ],
)
def test_numbers_states_and_dates_under_such_a_name_are_not_personal(column, values):
    assert beside_people(column, values).verdict == "none"


@pytest.mark.parametrize(
    "column",
    (
        "pw user_pw pwd passwd passw Passwort kennwort mot_de_passe contraseña hasło wachtwoord senha parola"
    ).split(),
)
def test_passwords_are_known_by_the_name(column):
    found = beside_people(column, made_up(120))
    assert (found.entity, found.verdict in SURE) == ("PASSWORD", True)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("pwd_changed_at", [f"2024-03-{i:02d} 10:00:00" for i in range(1, 29)]),
        ("password_reset", ["true", "false"]),
        ("password_reset", ["requested", "completed"]),
        ("pw_count", [str(i) for i in range(9)]),
        ("pw", ["true", "false"]),
        ("pw", [f"2024-03-{i:02d}T10:00:00" for i in range(1, 29)]),
        ("pw", [str(i) for i in range(40)]),
        ("pw", ["0.2", "1.4", "2.3"]),
    ],
)
def test_settings_of_passwords_are_no_passwords(column, values):
    assert beside_people(column, values).verdict == "none"


NUMBERS = (
    "pat_nr Pat-Nr. Personal-Nr PersonalNr Kunden-Nr kundennr mitglied_nr member_num Matrikel-Nr"
    " client_number insured_no user_no"
)


@pytest.mark.parametrize("column", [*NUMBERS.split(), "VersichertenNr", "numero_cliente"])
@pytest.mark.parametrize("form", ["P{:07d}", "1{:04d}"])
def test_numbers_of_people_are_pseudonyms(column, form):
    found = beside_people(column, [form.format(i) for i in range(120)])
    assert (found.entity, found.verdict in SURE) == ("PSEUDONYM", True)


@pytest.mark.parametrize(
    "column",
    ["order_nr", "line_no", "Lieferschein-Nr", "num_employees", "no_of_customers", "customer_order_no"],
)
def test_numbers_of_things_are_no_pseudonyms(column):
    assert beside_people(column, [f"1{i:04d}" for i in range(120)]).verdict == "none"


def test_keys_in_documents_are_found_by_what_announces_them():
    marked = made_up(60, "0123456789abcdef")
    nested = ['[{"k": "Author' + 'ization", "v": "Bearer ' + 2 * a + '"}]' for a in marked]
    flat = ['{"user": "x", "pass' + 'word": "' + a + '"}' for a in marked]
    masked = [f'{{"user": "x{i}", "password": "***", "secret": null}}' for i in range(60)]
    found = judged({"log": pd.DataFrame({"nested": nested, "flat": flat, "masked": masked})})
    assert [found["log", c].contains.get("SECRET", 0) for c in ("nested", "flat", "masked")] == [60, 60, 0]


WORDS = {
    "Swedish": {
        "förnamn": "PERSON",
        "födelsedatum": "DATE_OF_BIRTH",
        "e-postadress": "EMAIL_ADDRESS",
        "månadslön": "INCOME",
    },
    "Danish": {"KUNDENAVN": "PERSON", "Fødselsdato": "DATE_OF_BIRTH", "tlf": "PHONE_NUMBER", "køn": "GENDER"},
    "Finnish": {
        "asiakkaan_nimi": "PERSON",
        "Sukupuoli": "GENDER",
        "katuosoite": "STREET_ADDRESS",
        "postinumero": "POSTAL_CODE",
    },
    "Czech": {
        "Příjmení": "PERSON",
        "datum_narozeni": "DATE_OF_BIRTH",
        "PSČ": "POSTAL_CODE",
        "Státní příslušnost": "NATIONALITY",
    },
    "Hungarian": {
        "vezetéknév": "PERSON",
        "születési idő": "DATE_OF_BIRTH",
        "irsz": "POSTAL_CODE",
        "családi állapot": "MARITAL_STATUS",
    },
    "Turkish": {
        "Soyadı": "PERSON",
        "dogum_tarihi": "DATE_OF_BIRTH",
        "Cep Tel": "PHONE_NUMBER",
        "medeni hali": "MARITAL_STATUS",
    },
    "Greek": {
        "Επώνυμο": "PERSON",
        "Ημερομηνία γέννησης": "DATE_OF_BIRTH",
        "ΤΗΛΕΦΩΝΟ": "PHONE_NUMBER",
        "Ηλικία": "AGE",
    },
    "Russian": {
        "ФИО": "PERSON",
        "Дата рождения": "DATE_OF_BIRTH",
        "номер телефона": "PHONE_NUMBER",
        "Электронная почта": "EMAIL_ADDRESS",
    },
    "Ukrainian": {"Ім'я клієнта": "PERSON", "дата_народження": "DATE_OF_BIRTH", "Посада": "OCCUPATION"},
    "Chinese": {
        "客户姓名": "PERSON",
        "出生日期": "DATE_OF_BIRTH",
        "手机号码": "PHONE_NUMBER",
        "家庭住址": "STREET_ADDRESS",
    },
    "Japanese": {
        "お名前": "PERSON",
        "生年月日": "DATE_OF_BIRTH",
        "携帯電話番号": "PHONE_NUMBER",
        "メールアドレス": "EMAIL_ADDRESS",
    },
    "Korean": {"고객명": "PERSON", "생년월일": "DATE_OF_BIRTH", "휴대폰번호": "PHONE_NUMBER"},
    "abbreviated": {
        "cust_ph_no": "PHONE_NUMBER",
        "emp_fname": "PERSON",
        "dt_nasc": "DATE_OF_BIRTH",
        "StrasseHausnr": "STREET_ADDRESS",
    },
}


@pytest.mark.parametrize(
    ("column", "entity"),
    [pair for words in WORDS.values() for pair in words.items()],
    ids=[c for w in WORDS.values() for c in w],
)
def test_names_of_columns_in_many_languages(column, entity):
    says = read(column).says
    assert max(says, key=says.__getitem__) == entity, says


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("hurricane", ["Katrina", "Andrew", "Irma", "Maria", "Harvey", "Sandy"]),
        ("brand", ["Hugo Boss", "Calvin Klein", "Levi Strauss", "Tommy Hilfiger", "Paul Smith"]),
        (
            "note",
            [
                "Second Victory",
                "Fourth Victory",
                "Eighth Victory",
                "Fifth Victory",
                "Sixth Victory",
                "Last Victory",
            ],
        ),
        (
            "last_login",
            ["2015-03-01T06:01:15Z", "2018-10-21T12:27:12Z", "2018-01-21T12:27:12Z", "2017-05-02T08:00:01Z"],
        ),
        ("age_of_vehicle", ["3", "12", "7", "1", "20", "15"]),
        ("price", ["460000", "345500", "475000", "342500", "550000", "380000"]),
        ("home town", ["Brighton, East Sussex", "Jackson, MS", "Preston, Lancashire", "Mercer, WV"]),
    ],
)
def test_what_resembles_people_beside_people(column, values):
    n = len(values)
    beside = {
        "first_name": ["Ann", "Tom", "Sue", "Jim", "Eva", "Max"][:n],
        "last_name": ["Smith", "Jones", "Brown", "Miller", "Davis", "Clark"][:n],
        "address": [f"{i + 3} Oak Street" for i in range(n)],
    }
    verdict = judged({"customers": pd.DataFrame({**beside, column: values})})["customers", column]
    assert verdict.verdict not in SURE or verdict.entity == "LOCATION", verdict


def test_logarithms_are_no_coordinates_and_places_are():
    rng = random.Random(2)

    def spread(middle: float, width: float) -> list[str]:
        return [f"{rng.uniform(middle - width, middle + width):.6f}" for _ in range(20)]

    logs = judged({"t": pd.DataFrame({f"c{i}": spread(m, 1) for i, m in enumerate((8.5, 6.2))})})
    run = judged({"t": pd.DataFrame({f"c{i}": spread(m, 2) for i, m in enumerate((22, 24, 26, 23))})})
    pair = judged({"t": pd.DataFrame({"c0": spread(52.4, 0.3), "c1": spread(13.3, 0.4)})})
    assert not [v for v in (*logs.values(), *run.values()) if v.verdict in SURE]
    assert [v.entity for v in pair.values() if v.verdict in SURE] == ["GEO_COORDINATES", "GEO_COORDINATES"]


@pytest.mark.parametrize(
    "values",
    [
        ["Mar 24, 1982", "Aug 15, 1971", "Dec 28, 1994"],
        ["16 January 1999", "8 November 1945", "30 December 1959"],
        ["3. März 1961", "21. Mai 1984", "9. Oktober 1977"],
        ["1945-04-13 00:00:00", "1968-11-24 00:00:00", "2002-02-04 00:00:00"],
        ["1985年3月4日", "1972年11月30日", "1990年7月1日"],
        ["N/A", "1954-10-23", "1958-06-04"],
        ["19540716", "20010807", "19910103"],
    ],
)
def test_days_of_birth_in_many_forms(values):
    (verdict,) = judged({"t": pd.DataFrame({"dob": values})}).values()
    assert (verdict.entity, verdict.verdict) == ("DATE_OF_BIRTH", "certain")


@pytest.mark.parametrize(
    ("entity", "values"),
    [
        ("PERSON", ["Hansen, Karen", "Bock, Andreas", "Lund, Anna", "Frandsen, Erik"]),
        ("PERSON", ["李娜", "王伟", "张秀英", "刘洋", "陈静"]),
        ("PERSON", ["Dr. Amadé Pekurár", "Dr. Jónás Somorjai", "Dr. Ilka Csóka"]),
        ("POSTAL_CODE", ["BR8 7EW", "TN6 9WH", "CH78 9WU", "W9E 1SD"]),
        ("GENDER", ["男", "女"]),
        ("OCCUPATION", ["Civil engineer", "Nurse", "Sales manager", "Retired teacher", "Taxi driver"]),
        ("STREET_ADDRESS", ["长安街471号", "建国路88号", "中山路12号"]),
        ("STREET_ADDRESS", ["91 Geoffrey Viaduct", "752 Shaw Mills", "8 Keith Locks"]),
    ],
)
def test_more_forms_are_known_by_their_values_alone(entity, values):
    n = len(values)
    beside = {
        "c1": [f"{name}@example.org" for name in "abcdefgh"[:n]],
        "c2": ["Maria", "Thomas", "Julia", "Peter", "Laura"][:n],
    }
    verdict = judged({"t": pd.DataFrame({"c0": values, **beside})})["t", "c0"]
    assert verdict.entity == entity, verdict
    assert verdict.verdict in SURE, verdict


@given(
    header=st.sampled_from(["Occupation", "parent1_occupation", "Beruf", "education", "Mother Education"]),
    codes=st.lists(st.integers(0, 99), min_size=1, max_size=12),
)
@settings(deadline=None, max_examples=25)
def test_codes_that_do_not_say_what_they_stand_for_are_reviewed(header, codes):
    """However much the table is about people: only words of a job or of an education are a finding."""
    names = ["Anna Schmidt", "Peter Jones", "Maria Rossi", "Jan Novak"]
    frame = pd.DataFrame(
        {"full_name": names[0], "date_of_birth": "1981-04-09", header: [str(code) for code in codes]}
    )
    *_, verdict = profile_batch("students", pa.RecordBatch.from_pandas(frame)).columns
    assert verdict.verdict == "review" and verdict.entity in ("OCCUPATION", "EDUCATION")


@pytest.mark.skipif(
    not (DEVELOPMENT / "tables-dev.jsonl").exists(), reason="the labelled columns are not here"
)
@pytest.mark.parametrize(("file", "least"), [("tables-dev.jsonl", 0.95), ("columns-dev.jsonl", 0.97)])
def test_labelled_columns(file, least):
    rows = [json.loads(line) for line in (DEVELOPMENT / file).read_text(encoding="utf-8").splitlines()]
    tables: dict[str, dict[str, tuple[list[str], str]]] = {}
    for i, row in enumerate(rows):
        tables.setdefault(str(row.get("table", i)), {})[row["column"]] = (row["values"], row["label"])
    frames = {
        t: pd.DataFrame(
            {c: pd.Series([v or None for v in values], dtype="str") for c, (values, _) in columns.items()}
        )
        for t, columns in tables.items()
    }
    found = {
        (v.table, v.column): v
        for t, frame in frames.items()
        for v in profile_batch(t, pa.RecordBatch.from_pandas(frame)).columns
    }
    right = wrong = missed = 0
    for table, columns in tables.items():
        for column, (_, label) in columns.items():
            verdict = found[table, column]
            hit = verdict.verdict in SURE and verdict.entity not in (
                None,
                "ORGANIZATION",
                "URL",
                "PSEUDONYM",
                "FREE_TEXT",
            )
            personal = label not in ("None", "GENERIC_ID", "ORGANIZATION_NAME", "URL")
            if not personal and verdict.entity == "LOCATION":
                continue
            right, wrong, missed = (
                right + (hit and personal),
                wrong + (hit and not personal),
                missed + (personal and not hit),
            )
    assert 2 * right / (2 * right + wrong + missed) >= least


@pytest.mark.skipif(not (DEVELOPMENT / "chinook.sqlite").exists(), reason="the example database is not here")
def test_chinook():
    with auditkit.dataset.open(DEVELOPMENT / "chinook.sqlite") as dataset:
        found = {(v.table, v.column): v for v in profile(dataset).columns}
    for table in ("Customer", "Employee"):
        for column in ("FirstName", "LastName", "Address", "PostalCode", "Phone", "Fax", "Email"):
            assert found[table, column].verdict == "certain", (table, column)
        assert found[table, "City"].verdict == "likely"  # a place may be that of a thing
    assert found["Employee", "BirthDate"].entity == "DATE_OF_BIRTH"
    for key in (
        ("Artist", "Name"),
        ("Track", "Name"),
        ("Genre", "Name"),
        ("Album", "Title"),
        ("Playlist", "Name"),
        ("MediaType", "Name"),
        ("Employee", "Title"),
    ):
        assert not (found[key].entity == "PERSON" and found[key].verdict in SURE), key
    assert (
        found["Employee", "HireDate"].verdict
        == found["Invoice", "Total"].verdict
        == found["Track", "Milliseconds"].verdict
        == "none"
    )


def test_passphrases_are_passwords_and_hints_are_not():
    phrases = [f"correct horse {n}" for n in range(3000)]
    frame = pd.DataFrame(
        {"password": phrases, "password_hint": phrases, "email": [f"a{n}@example.org" for n in range(3000)]}
    )
    found = {v.column: v.entity for v in auditkit.profile(frame).columns}
    assert (found["password"], found["password_hint"]) == ("PASSWORD", None)
