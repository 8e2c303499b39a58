"""The record of an earlier run is an audit, or is refused in one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given

from auditkit.errors import UsageError
from auditkit.record import AuditRecord
from tests.fuzz.mutations import broken, mutated
from tests.record.test_untrusted import RECORD

pytestmark = pytest.mark.fuzz

TEXT = RECORD.to_json()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("run") / "audit.json"


def read(place):
    try:
        record = AuditRecord.load(place)
    except UsageError as error:
        assert len(str(error)) < 400 and "\x1b" not in str(error)
        return
    assert AuditRecord.from_dict(record.to_dict()) == record


@given(text=mutated([TEXT], tokens=['"rows": ', "null", "true", "[]", "{}", ',"check":', "1.5"]))
def test_text_that_was_changed(place, text):
    place.write_text(text, encoding="utf-8", errors="surrogatepass")
    read(place)


@given(data=broken([TEXT.encode()]))
def test_bytes_that_were_changed(place, data):
    place.write_bytes(data)
    read(place)
