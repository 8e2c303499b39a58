from __future__ import annotations

import pandas as pd

import auditkit

CHECK = "access-public-bucket"


def buckets(*public):
    return [{"id": f"b{n}", "name": f"bucket {n}", "public": is_public} for n, is_public in enumerate(public)]


def test_a_public_bucket_is_found_until_it_is_closed(source):
    def audit(*public):
        return auditkit.audit(source({"buckets": buckets(*public)}), checks=[CHECK], strict=True)

    assert [o.verdict for o in audit(False, False, False).outcomes] == ["passed"]
    (found,) = audit(False, True, True).findings
    assert (found.table, found.rows, found.of, found.severity) == ("buckets", 2, 3, "medium")
    assert found.detail["ddl"] == "UPDATE buckets SET public = false WHERE public"
    assert "bucket 1" not in str(found)


def test_a_table_of_other_buckets_is_none():
    pails = pd.DataFrame({"id": [1], "litres": [10]})
    (outcome,) = auditkit.audit({"buckets": pails}, checks=[CHECK], strict=True).outcomes
    assert outcome.cause == "not_applicable"
