"""Laws about columns of anywhere: names of columns and tables, scripts, numbers, whose data it is."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.detection.header import read
from auditkit.detection.header_words import is_telling, tokens

RANK = {"none": 0, "review": 1, "mixed": 2, "likely": 3, "certain": 4}
VALUES = {
    "names": ["王芳", "李建国", "赵雪梅", "陈思远", "欧阳明月", "张晓明", "刘海燕"],
    "latin": (
        "Nora Quist; Imran Sheikh; Beatriz Pinto; Oskar Lindahl; Grace Park; Hans Meier; Eva Kern"
    ).split("; "),
    "hindi": (
        "सुरेश शर्मा; मीना देवी; विजय कपूर; कमला रानी; अनिल यादव; सुनीता गुप्ता; रमेश जोशी"
    ).split("; "),
    "mail": [f"{name}@example.org" for name in ("ana", "ben", "eva", "kim", "leo", "mia", "tom")],
    "born": (
        "1961-03-12; 1974-11-02; 1988-07-30; 1955-01-09; 1992-05-17; 1969-09-23; 1980-12-01"
    ).split("; "),
    "age": ["34", "51", "27", "62", "45", "38", "19"],
    "plz": ["10115", "80331", "50667", "20095", "04109", "70173", "28195"],
    "number": ["12", "7", "903", "44", "15", "6", "81"],
    "words": ["open", "closed", "open", "late", "open", "closed", "late"],
}  # fmt: skip
SCHEMES = (
    str,
    lambda i: f"column{i}",
    lambda i: f"_c{i}",
    lambda i: f"Column{i + 1}",
    lambda i: f"column {i + 1}",
    lambda i: f"V{i + 1}",
    lambda i: f"ATTRIBUTE{i + 1}",
    lambda i: f"q{i + 1}",
    lambda i: f"Unnamed: {i}",
    lambda i: f"EXPR${i}",
    lambda i: f"Feld{i + 1}",
    lambda i: f"列{i + 1}",
    lambda i: f"Столбец {i + 1}",
    lambda i: f"कॉलम {i + 1}",
)
NO_TITLES = ("t", "Sheet1", "data", "Tabelle1", "export", "table_2", "工作表1", "df")
tables = st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5)


def verdicts(kinds, name, table="t"):
    frame = pd.DataFrame([VALUES[kind] for kind in kinds]).T
    frame.columns = [name(i) for i in range(len(kinds))]
    return [(v.entity, v.verdict, v.confidence) for v in auditkit.profile({table: frame}).columns]


@settings(max_examples=15)
@given(tables, st.sampled_from(SCHEMES), st.sampled_from(NO_TITLES))
def test_names_that_nobody_chose_say_nothing(kinds, scheme, title):
    assert verdicts(kinds, scheme, title) == verdicts(kinds, lambda i: f"c{i + 1}")


AGREEING = {
    "names": ["name", "姓名", "客户姓名", "full_name", "contact person"],
    "latin": (
        "Nora Quist; Imran Sheikh; Beatriz Pinto; Oskar Lindahl; Grace Park; Hans Meier; Eva Kern"
    ).split("; "),
    "hindi": ["name", "नाम", "ग्राहक का नाम", "customer"],
    "mail": ["email", "E-Mail-Adresse", "ईमेल", "البريد الإلكتروني"],
    "born": ["dob", "Geburtsdatum", "जन्म तिथि", "ngày sinh", "GBDAT"],
    "age": ["age", "उम्र", "ఆదాయం వయస్సు", "tuổi"],
    "plz": ["plz", "zip", "PSTLZ", "รหัสไปรษณีย์"],
}
UNKNOWN = ("ZZQ", "xk_pf", "ZQWRT7", "kpdd", "ⴰⵣⵓⵍ")


@settings(max_examples=15)
@given(st.data(), tables)
def test_a_name_that_agrees_or_that_nobody_can_read_lowers_nothing(data, kinds):
    at = data.draw(st.integers(0, len(kinds) - 1))
    chosen = data.draw(st.sampled_from([*AGREEING.get(kinds[at], []), *UNKNOWN]))
    plain = verdicts(kinds, lambda i: f"c{i + 1}")[at]
    named = verdicts(kinds, lambda i: chosen if i == at else f"c{i + 1}")[at]
    if plain[0] == "GEO_COORDINATES":
        return
    assert RANK[named[1]] >= RANK[plain[1]]


@given(st.text(max_size=20))
def test_reading_a_name_never_fails(name):
    assert isinstance(is_telling(tokens(name)), bool)
    assert read(name).says is not None


HEADERS = {
    "PERSON": (
        "नाम; নাম; பெயர்; పేరు; ਨਾਮ; ชื่อ; نام خانوادگی; họ và tên; jina kamili; ስም; nama lengkap"
    ).split("; "),
    "DATE_OF_BIRTH": (
        "जन्म तिथि; জন্ম তারিখ; பிறந்த தேதி; วันเกิด; تاریخ تولد; ngày sinh; tanggal lahir"
    ).split("; "),
    "PHONE_NUMBER": (
        "मोबाइल नंबर; মোবাইল; தொலைபேசி எண்; เบอร์โทรศัพท์; شماره تلفن; số điện thoại; simu; ስልክ"
    ).split("; "),
    "STREET_ADDRESS": ["पता", "ঠিকানা", "முகவரி", "ที่อยู่", "نشانی", "địa chỉ", "anwani", "አድራሻ"],
    "GENDER": ["लिंग", "লিঙ্গ", "பாலினம்", "เพศ", "جنسیت", "giới tính", "jinsia", "ጾታ"],
    "LICENSE_PLATE": ["车牌号", "차량번호", "biển số xe", "госномер"],
}  # fmt: skip


@pytest.mark.parametrize(("entity", "names"), HEADERS.items())
def test_names_of_columns_are_read_in_many_languages(entity, names):
    assert [name for name in names if entity not in read(name).says] == []


def test_names_in_a_script_without_many_known_names_are_no_silent_none():
    names = ["ⴰⵎⵢⴰⵙ ⵢⵓⴱⴰ", "ⵜⵉⵍⵍⵉ ⵎⵙⵙⵉⵏⵉⵙⵙⴰ", "ⵉⴷⵉⵔ ⴰⵢⵔⴰⴷ", "ⵏⵓⵎⵉⴷⵢⴰ ⴽⴰⵀⵉⵏⴰ"]
    (verdict,) = auditkit.profile({"t": pd.DataFrame({"c1": names})}).columns
    assert verdict.verdict == "none"
    assert "script TIFINAGH" in verdict.evidence


def one(values, name="c1", **beside):
    frame = pd.DataFrame({name: pd.Series(values), **{k: pd.Series(v) for k, v in beside.items()}})
    return auditkit.profile({"t": frame}).columns[0]


PEOPLE = VALUES["latin"]


def with_luhn(prefix: str, length: int, seed: int) -> str:
    body = (prefix + f"{seed * 7919 + 10**14:d}"[::-1])[: length - 1].ljust(length - 1, "3")
    total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


NETWORKS = {
    "Visa": ("4539", 16), "Mastercard": ("2221", 16), "Amex": ("3782", 15), "Mir": ("2202", 16),
    "Troy": ("9792", 16), "RuPay": ("8172", 16), "UzCard": ("8600", 16), "Humo": ("9860", 16),
    "Verve": ("506120", 19), "UnionPay": ("6212", 19), "Elo": ("636368", 16), "JCB": ("3530", 16),
}  # fmt: skip
SEPARATORS = ("", " ", "  ", "-", " - ", ".")


@settings(max_examples=15)
@given(st.sampled_from(sorted(NETWORKS)), st.sampled_from(SEPARATORS), st.integers(1, 10**6))
def test_cards_of_every_network_are_found_however_they_are_grouped(network, separator, seed):
    prefix, length = NETWORKS[network]
    if separator == "." and length != 16:
        return
    cards = [with_luhn(prefix, length, seed + n) for n in range(8)]
    groups = [separator.join(card[at : at + 4] for at in range(0, length, 4)) for card in cards]
    assert one(groups).entity == "CREDIT_CARD"


def resident(region: str, day: str, serial: int) -> str:
    body = f"{region}{day}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


@settings(max_examples=10)
@given(st.sampled_from(["110101", "440103", "510104"]), st.integers(1, 800))
def test_valid_numbers_of_one_region_are_not_handed_out_in_turn(region, serial):
    ids = [resident(region, day.replace("-", ""), serial + n) for n, day in enumerate(VALUES["born"])]
    assert (one(ids).entity, one(ids).verdict) == ("CN_RIC", "certain")


@settings(max_examples=10)
@given(st.integers(1, 9999), st.sampled_from(["{n}-{name}", "{name}{n}", "{n} {name}", "{name} ({n})"]))
def test_a_number_that_is_stuck_to_a_name_hides_no_name(number, form):
    names = [form.format(n=number + i, name=name) for i, name in enumerate(PEOPLE)]
    verdict = one(names, "full_name")
    assert (verdict.entity, RANK[verdict.verdict] >= RANK["likely"]) == ("PERSON", True)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("county_income", ["54587", "65654", "49031", "49206", "56347"]),
        ("median_age", ["38", "41", "36", "44", "39"]),
        ("adress_id", ["1", "2", "3", "4", "5"]),
        ("income_share", ["0.938418", "1.177017", "0.936235", "0.796459", "0.812"]),
        ("app_version", ["1.128.1.0", "1.128.2.0", "1.129.0.0", "2.0.0.1", "2.0.1.0"]),
        ("month", ["April", "May", "June", "August", "January"]),
        ("key_print", [":".join(f"{(n * 31 + i * 17) % 256:02x}" for i in range(16)) for n in range(5)]),
    ],
)
def test_what_is_nobodys_attribute_is_no_personal_data(name, values):
    assert one(values, name, full_name=PEOPLE[:5]).verdict in ("none", "review")


def test_coordinates_of_places_are_for_a_person_to_review():
    frame = pd.DataFrame(
        {
            "name": ["Albany Intl", "Bradley Intl", "Logan", "Hopkins", "Lambert"],
            "latitude": [42.748299, 41.938555, 42.36435, 41.41169, 38.748697],
            "longitude": [-73.801697, -72.688016, -71.005181, -81.849794, -90.370003],
        }
    )
    found = {v.column: v.verdict for v in auditkit.profile({"airports": frame}).columns}
    assert {found["latitude"], found["longitude"]} == {"review"}


def test_degrees_written_out_are_coordinates():
    degrees = [
        "41°24'12.2\"N 2°10'26.5\"E",
        "48°51'29.6\"N 2°17'40.2\"E",
        "45.80° N",
        "40°41'21.5\"N 74°02'40.2\"W",
    ]
    assert one(degrees, "coords", driver=PEOPLE[:4]).entity == "GEO_COORDINATES"


def test_the_numbers_of_houses_are_known_by_the_street_beside_them():
    streets = [
        "randwick road",
        "caley crescent",
        "elvire place",
        "florey drive",
        "clark close",
        "mill street",
    ]
    frame = pd.DataFrame(
        {
            "c1": PEOPLE[:6],
            "c2": ["37", "109", "1005", "8", "52", "14"],
            "c3": streets,
            "c4": VALUES["plz"][:6],
        }
    )
    assert [v.entity for v in auditkit.profile({"t": frame}).columns][1:3] == ["STREET_ADDRESS"] * 2


def test_numbers_with_a_wrong_check_are_likely_in_a_form_that_nothing_else_has():
    ibans = ["DE85692717230007823212", "DE83692717230008929368", "DE85692717230001347291"]
    assert one(ibans).entity == "IBAN_CODE"
    assert one(ibans, "IBAN").verdict in ("likely", "certain")
