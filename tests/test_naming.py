import pytest
from faker import Faker
from hypothesis import assume, given
from hypothesis import strategies as st

from auditkit.lexicon import cities, fold, headers, ordinary_words, other_words
from auditkit.naming.names import kind_of_value, shown_columns, shown_source, shown_table
from auditkit.naming.words import THINGS as EVERYDAY

VALUES = {
    "jane.roe@example.org": "EMAIL_ADDRESS",
    "total jane.roe@example.org": "EMAIL_ADDRESS",
    "+41 79 555 01 23": "PHONE_NUMBER",
    "+41795550123": "PHONE_NUMBER",
    "212-555-0147": "PHONE_NUMBER",
    "(212) 555-0147": "PHONE_NUMBER",
    "4111 1111 1111 1111": "CREDIT_CARD",
    "4111111111111111": "CREDIT_CARD",
    "DE89 3704 0044 0532 0130 00": "IBAN_CODE",
    "123-45-6789": "US_SSN",
    "192.168.10.4": "IP_ADDRESS",
    "2001:db8::8a2e:370:7334": "IP_ADDRESS",
    "84736251": "PSEUDONYM",
    "Hannah Schmidt": "PERSON",
    "Robert J. Oldman": "PERSON",
    "Oldman, Robert": "PERSON",
    "jo.doe%40mail.example": "EMAIL_ADDRESS",
    "jo (at) mail.example": "EMAIL_ADDRESS",
    "root@10.1.2.3": "EMAIL_ADDRESS",
    "mobile: +43 660 1234567": "PHONE_NUMBER",
    "212.555.0147 x12": "PHONE_NUMBER",
    "Visa 5500 0055 5555 5559": "CREDIT_CARD",
    "10.20.30.40:8080": "IP_ADDRESS",
    "AA:BB:CC:00:11:22": "MAC_ADDRESS",
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301": "UUID",
    "48.2082, 16.3738": "COORDINATE",
    "Lindengasse 4": "STREET_ADDRESS",
    "7 Elm Tree Road": "STREET_ADDRESS",
    "BCDFGH80A01H501U": "PSEUDONYM",
    "AB 12 34 56 D": "PSEUDONYM",
    "900101-4321": "PSEUDONYM",
    "2 91 12 75 123 456 78": "PSEUDONYM",
    "sk_test_abcdefgh12345678": "API_KEY",
    "Tr0ub4dor&3": "PASSWORD",
    "q7$Kp2+Lm9": "PASSWORD",
    "https://mail.example/invite/8f3c": "URL",
    "Dr. Maria Huber": "PERSON",
    "Frau Huber": "PERSON",
    "Olga Petrova (diabetes)": "PERSON",
    "maria_huber": "PERSON",
    "Сергей Петров": "PERSON",
    "张伟明": "PERSON",
    "F. Kowalski": "PERSON",
    "hannahnowak": "PERSON",
    "ZofiaNowak": "PERSON",
    "zofia nowak": "PERSON",
    "ZOFIA_NOWAK": "PERSON",
    "Frau Dr. Huber": "PERSON",
    "Sigrún Jónsdóttir": "PERSON",
    "Maeve O'Rahilly": "PERSON",
    "佐藤花子": "PERSON",
    "도윤 박": "PERSON",
    "نادية بختي": "PERSON",
    "सुनील शर्मा": "PERSON",
    "E11.9 diabetes Peter Kowalski": "PERSON",
    "CD-456-EF": "LICENSE_PLATE",
    "KA 05 MX 7788": "LICENSE_PLATE",
    "M AB 567": "LICENSE_PLATE",
    "BE 455667": "LICENSE_PLATE",
    "172-16-0-9": "IP_ADDRESS",
    "geb. 12.03.1966": "DATE_OF_BIRTH",
    "Customer 88213": "PSEUDONYM",
    "phuber1974": "USERNAME",
    "@agnieszkanowak": "USERNAME",
    "agnieszka02": "USERNAME",
    "t.kowalski99": "USERNAME",
}
THINGS = (
    "First Name", "Order Date", "2024", "Q1", "john_doe_flag", "2024-01-15", "15.01.2024", "01/02/2024",
    "20240115", "20240115093000", "2023-2024", "Grace Period", "Mark Price", "April Sales", "Max Value",
    "William Name", "Robert", "user@", "id", "", " ", "1.2.3", "99.9%", "10-20", "0-17 years", "Paris France",
    "New York", "column 3", "Ähnlichkeit", "e-mail", "email_address", "phone_number", "ISO 27001", "COVID-19",
    "x" * 500, "Ford Fiesta", "San Marino", "Saint Louis", "Rose Gold", "Income>50K", "ISO27001", "P&L 2024",
    "SHA256HASH", "2024Q1SALES", "H1N1CASES", "FY 2023 2024", "user.name", "mark_price", "Ms Word",
    "100-2000", "Gene Expression", "R$2024Total", "Dr Visits", "jordan_total", "高血压",
    "Costa Rica", "Hong Kong", "St. Helens", "North Spain", "Link Page", "Root Page", "MS Type",
    "Rev Per Mile",
    "KU_RECH_NAM", "LinkFields", "maritalstatus", "E. Coli", "BE 2024", "2024 FTP", "1-2-3-4", "Customer 12",
    "平均気温", "石川 県", "江南区", "Born In", "AB 1", "@id", "@lang", "@context", "address2", "sensor01",
    "line_item10", "users2024",
)  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), VALUES.items())
def test_a_name_that_is_a_value_is_told_by_its_kind(name, kind):
    assert kind_of_value(name) == kind


@pytest.mark.parametrize("name", THINGS)
def test_names_of_things_are_no_values(name):
    assert kind_of_value(name) is None


def test_no_name_that_headers_really_have_is_hidden():
    """The list of headers that the detection has: 4,888 names of real columns."""
    for header in headers():
        for name in (header, header.title(), header.replace(" ", "_"), header.replace(" ", "_").upper()):
            assert kind_of_value(name) is None, name
    numbered = [form for header in headers() for form in (f"{header}01", f"@{header}")]
    assert sum(kind_of_value(name) == "USERNAME" for name in numbered) < 5


@pytest.mark.parametrize("part", ["a", "Ab", "7", "é.", "1-", "x_at_", "ghp_", "geb. 1", "+1 "])
def test_a_text_of_any_length_is_no_name_and_takes_no_time(part):
    """A search that takes the square of the length would not come back from a megabyte."""
    text = part * (2_000_000 // len(part))
    assert kind_of_value(text) == "FREE_TEXT"
    assert shown_columns(["id", text])[0] == ("id", "column 2")


def test_no_town_is_a_person():
    towns = [town for town in cities() if town.count(" ") == 1 and "." not in town]
    hidden = {town for town in towns if kind_of_value(town.title()) == "PERSON"}
    assert len(towns) > 1_000 and len(hidden) <= 2


LOCALES = "en_US de_DE fr_FR es_ES it_IT pl_PL tr_TR ru_RU uk_UA el_GR th_TH ar_PS fa_IR vi_VN".split()
FORMS = {
    "given first": "{0} {1}",
    "family first": "{1}, {0}",
    "title": "Dr. {0} {1}",
    "bracket": "{0} {1} (x)",
    "underscore": "{0}_{1}",
    "initial between": "{0} B. {1}",
    "spaces": " {0}  {1} ",
}
FAKERS = {locale: Faker(locale) for locale in LOCALES}


@st.composite
def people(draw):
    """Draw the given and the family name of somebody, neither of which is a word of every day."""
    locale = draw(st.sampled_from(LOCALES))
    faker = FAKERS[locale]
    faker.seed_instance(draw(st.integers(0, 10_000)))
    name = faker.first_name(), faker.last_name()
    others = EVERYDAY | ordinary_words() | other_words() | headers()
    assume(not {fold(word) for part in name for word in part.split()} & others)
    assume(all(part[0].isupper() or part.lower() == part.upper() for part in name))
    return name


@given(people(), st.sampled_from(list(FORMS)))
def test_the_name_of_a_person_is_never_shown(name, form):
    shown, kinds = shown_columns(["id", FORMS[form].format(*name), "total"])
    assert (shown, kinds) == (("id", "column 2", "total"), {"column 2": "PERSON"})
    assert shown_table(FORMS[form].format(*name), [])[1] == "PERSON"


@given(people(), people())
def test_a_given_or_family_name_between_people_is_hidden(one, other):
    assume(" " not in other[0] and kind_of_value(other[0]) is None)
    _, kinds = shown_columns(["{} {}".format(*one), other[0], "total"])
    assert set(kinds) <= {"column 1", "column 2"} and "column 1" in kinds


def test_names_alone_are_people_where_they_are_half_of_all_columns():
    assert set(shown_columns(["week", "Zofia", "Agnieszka", "Hannah"])[1].values()) == {"PERSON"}
    assert shown_columns(["week", "Zofia", "total"])[1] == {}
    assert shown_columns(["week", "Paris", "Florence", "Victoria"])[1] == {}
    assert shown_columns(["week", "April", "May", "June"])[1] == {}


def test_a_day_of_the_last_century_is_a_date_of_birth_unless_it_is_one_of_a_series():
    assert shown_columns(["1966-03-12", "ward"])[1] == {"column 1": "DATE_OF_BIRTH"}
    assert shown_columns(["12 March 1966"])[1] == {"column 1": "DATE_OF_BIRTH"}
    assert shown_columns(["1966-03-12", "1966-03-13", "1966-03-14"])[1] == {}
    assert shown_columns(["2024-03-12"])[1] == {}


@given(st.lists(st.text(max_size=12), max_size=12))
def test_shown_columns_are_unique_without_regard_to_case_and_never_a_value(names):
    shown, kinds = shown_columns(names)
    assert len(shown) == len(names) == len({name.casefold() for name in shown})
    assert not any(map(kind_of_value, shown))
    assert all(name.strip() for name in shown)
    assert set(kinds) <= set(shown)


def test_a_hidden_column_does_not_take_the_name_of_another():
    assert shown_columns(["a@example.org", "column 1", "x"]) == (
        ("column 1_1", "column 1", "x"),
        {"column 1_1": "EMAIL_ADDRESS"},
    )


def test_tables_and_sources_are_hidden_by_any_part_of_their_name():
    assert shown_table("crm.jane@example.org", ["a", "b"]) == ("table 3", "EMAIL_ADDRESS")
    assert shown_source("jane@example.org.csv") == "source"
    assert shown_source("users.csv") == "users.csv"
