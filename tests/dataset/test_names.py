import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.dataset.name_words import listed
from auditkit.dataset.names import kind_of_value, shown_columns, shown_source, shown_table

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
}
THINGS = (
    "First Name", "Order Date", "2024", "Q1", "john_doe_flag", "2024-01-15", "15.01.2024", "01/02/2024",
    "20240115", "20240115093000", "2023-2024", "Grace Period", "Mark Price", "April Sales", "Max Value",
    "William Name", "Robert", "user@", "id", "", " ", "1.2.3", "99.9%", "10-20", "0-17 years", "Paris France",
    "New York", "column 3", "Ähnlichkeit", "e-mail", "email_address", "phone_number", "ISO 27001", "COVID-19",
    "x" * 500, "Ford Fiesta", "San Marino", "Saint Louis", "Rose Gold", "Income>50K", "ISO27001", "P&L 2024",
    "SHA256HASH", "2024Q1SALES", "H1N1CASES", "FY 2023 2024", "user.name", "mark_price", "Ms Word",
    "100-2000", "Gene Expression", "R$2024Total", "Dr Visits", "jordan_total", "高血压",
)  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), VALUES.items())
def test_a_name_that_is_a_value_is_told_by_its_kind(name, kind):
    assert kind_of_value(name) == kind


@pytest.mark.parametrize("name", THINGS)
def test_names_of_things_are_no_values(name):
    assert kind_of_value(name) is None


def test_no_name_that_headers_really_have_is_hidden():
    """The list of headers that the detection has: 4,783 words of real columns."""
    headers = listed("headers")
    assert {h for h in headers if kind_of_value(h) or kind_of_value(h.replace("_", " ").title())} == set()


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
