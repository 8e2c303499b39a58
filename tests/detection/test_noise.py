"""What only looks like a personal value in text, and how far a name goes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection import analyzer, names_model

needs_model = pytest.mark.skipif(not names_model.installed(), reason="the names model is not installed")
NOBODY = frozenset({"DATE_TIME", "URL", "ORGANIZATION", "UUID"})


@pytest.fixture(scope="module")
def engine():
    return analyzer()


def found(engine, text):
    return {(r.entity_type, text[r.start : r.end]) for r in engine.analyze(text, language="en")}


@given(st.integers(0, 9), st.integers(6, 16))
def test_one_digit_repeated_identifies_nobody(engine, digit, times):
    text = f"The field held {str(digit) * times} in the export."
    assert not {entity for entity, _ in found(engine, text)} - NOBODY


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 23))
def test_a_day_and_an_hour_are_no_telephone_number(engine, day, hour):
    text = f"Traffic peaked {day.isoformat()} {hour:02} and then fell."
    assert "PHONE_NUMBER" not in {entity for entity, _ in found(engine, text)}


@given(
    st.integers(1_300_000_000, 1_999_999_999), st.sampled_from(["order", "ref", "ticket", "--post-at", "id:"])
)
def test_references_and_clocks_are_no_telephone_numbers(engine, number, word):
    assert "PHONE_NUMBER" not in {entity for entity, _ in found(engine, f"see {word} {number} in the log")}


def test_a_number_that_is_called_a_phone_is_one(engine):
    assert ("PHONE_NUMBER", "612 345 678") in found(engine, "DNI, tel. 612 345 678")
    assert ("PHONE_NUMBER", "13812345678") in found(engine, "患者电话13812345678，住北京")


@given(
    st.tuples(*[st.integers(1, 254)] * 4), st.sampled_from(["version", "v", "release", "Firmware", "build"])
)
def test_versions_are_no_addresses(engine, parts, word):
    text = f"We moved to {word} {'.'.join(map(str, parts))} on Monday."
    assert "IP_ADDRESS" not in {entity for entity, _ in found(engine, text)}


def test_machine_addresses_in_other_forms(engine):
    assert ("MAC_ADDRESS", "88_C9_E8_C6_49_42") in found(engine, "device dev_88_C9_E8_C6_49_42 down")
    fingerprint = ":".join(["aa", "bb", "cc", "dd", "ee", "ff", "00", "11"] * 2)
    assert "MAC_ADDRESS" not in {entity for entity, _ in found(engine, f"MD5:{fingerprint}")}


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "Billed under codes 99215, J1100 and J3301 last month.",
        "Should we treat this business inquiry as a corporate matter?",
        "The API and the CPU usage were discussed.",
        "He shouted at the mandolin player, who laughed.",
    ],
)
def test_ordinary_words_and_codes_are_nobody(engine, text):
    assert not {entity for entity, _ in found(engine, text)} & {"PERSON", "STREET_ADDRESS", "POSTAL_CODE"}


@needs_model
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My name is Brittney Einarsdóttir, thanks", "Brittney Einarsdóttir"),
        ("Signed by Dr. Erica Kerr, MD on Friday", "Dr. Erica Kerr, MD"),
        ("Fredrik shouted at Carla", "Fredrik"),
    ],
)
def test_a_name_goes_as_far_as_the_person(engine, text, name):
    assert ("PERSON", name) in found(engine, text)


NAMES = [
    ("患者欧阳明月，女，45岁", "欧阳明月"),
    ("昨天王小明和同事开会", "王小明"),
    ("联系人：陈静 手机", "陈静"),
    ("美国总统巴拉克·奥巴马表示", "巴拉克·奥巴马"),
    ("佐藤さんは東京に住んでいます", "佐藤"),
    ("東京都目黒区上目黒3-1-1106 山田太郎 090-1234-5678", "山田太郎"),
    ("환자 박지영, 45세", "박지영"),
    ("김민수 씨는 서울에 산다", "김민수"),
    ("ਮਰੀਜ਼ ਹਰਪ੍ਰੀਤ ਸਿੰਘ, ਮੋਬਾਈਲ", "ਹਰਪ੍ਰੀਤ ਸਿੰਘ"),
    ("मरीज राजेश कुमार कल आए", "राजेश कुमार"),
    ("Пациент Иван Петров живет в Москве", "Иван Петров"),
    ("Ο Γιώργος Παπαδόπουλος ήρθε", "Γιώργος Παπαδόπουλος"),
    ("Spoke with Mehmet Yıldırım about it", "Mehmet Yıldırım"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_names_in_all_scripts(engine, text, name):
    assert ("PERSON", name) in found(engine, text)


@pytest.mark.parametrize(
    "text",
    [
        "方法是正确的，任务在今天完成，高兴的是成本与收入持平。",
        "黄河的水，江苏的天，金融在发展，石油和武器",
        "안녕하세요 이것은 시험입니다",
        "山の上に行きました",
    ],
)
def test_ordinary_words_that_begin_like_names(engine, text):
    assert "PERSON" not in {entity for entity, _ in found(engine, text)}
