from __future__ import annotations

import duckdb
import pandas as pd
import pytest

import auditkit
from tests.engines import on_one_engine

SHARED_TABLE = ", shared: [catalogue]"
POLICY = f"{{version: 1, name: Desk, tenancy: {{root: tenants, key: tenant_id{SHARED_TABLE}}}}}"
NULL_IS_SHARED = (
    "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id, null_is_shared: [documents, chunks]}}"
)
TENANTS = [{"id": 1 + n, "slug": f"tenant-no-{n}"} for n in range(4)]
DOCUMENTS = [
    {"id": 100 + n, "tenant_id": 1 + n % 4, "body": f"what was said at meeting no. {n}"} for n in range(60)
]
VECTOR = "[0.25, -0.5, 0.125]"
OWN = [
    {"id": n, "tenant_id": d["tenant_id"], "content": d["body"], "embedding": VECTOR}
    for n, d in enumerate(DOCUMENTS)
]
BARE = [{"id": n, "content": d["body"], "embedding": VECTOR} for n, d in enumerate(DOCUMENTS)]


def scoped(source, policy=POLICY, **tables):
    every = {"tenants": TENANTS, "documents": DOCUMENTS, **tables}
    declared = policy if "catalogue" in tables else policy.replace(SHARED_TABLE, "")
    return auditkit.audit(
        source(every), auditkit.Policy.parse(declared), checks=["tenancy-vector-scope"], strict=True
    )


def frames(tables):
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def blind(audit, table):
    return [o.cause.value for o in audit.not_assessed if o.table == table]


def test_embeddings_without_a_tenant_are_found_until_they_have_one(source):
    (found,) = scoped(source, vectors=BARE).findings
    assert (found.table, found.columns, found.rows, found.detail["without"]) == (
        "vectors",
        ("embedding",),
        60,
        60,
    )
    assert (found.confidence, found.severity) == ("medium", "medium")
    audit = scoped(source, vectors=OWN)
    assert audit.findings == () and [o.table for o in audit.passed] == ["vectors"]


def test_embeddings_of_another_tenants_text_are_found_until_corrected(source):
    wrong = [{**v, "tenant_id": 1 + v["tenant_id"] % 4} if v["id"] in (5, 6, 7) else v for v in OWN]
    (found,) = scoped(source, vectors=wrong).findings
    assert (found.rows, found.of, found.detail["without"]) == (3, 60, 0)
    assert scoped(source, vectors=OWN).findings == ()


@on_one_engine
def test_embeddings_for_everybody_that_are_of_a_tenants_document_are_found_until_they_carry_it(source):
    shared = [
        {"id": 900 + n, "tenant_id": None, "body": f"how everybody resets password no. {n}"}
        for n in range(10)
    ]
    chunks = [
        {"id": d["id"], "tenant_id": d["tenant_id"], "document_id": d["id"], "embedding": VECTOR}
        for d in [*DOCUMENTS, *shared]
    ]
    documents = [*DOCUMENTS, *shared]
    assert scoped(source, NULL_IS_SHARED, documents=documents, chunks=chunks).findings == ()
    wrong = [{**c, "tenant_id": None} if c["id"] in (110, 120) else c for c in chunks]
    (found,) = scoped(source, NULL_IS_SHARED, documents=documents, chunks=wrong).findings
    assert (found.table, found.rows, found.detail["without"]) == ("chunks", 2, 2)
    public = [{**d, "is_public": d["id"] in (110, 120)} for d in documents]
    assert scoped(source, NULL_IS_SHARED, documents=public, chunks=wrong).findings == (), (
        "a column says that anybody may read them"
    )


def spaced(of):
    return [{"id": n, "tenant_id": 1 + n % 4, "namespace": of(n), "embedding": VECTOR} for n in range(80)]


@on_one_engine
def test_embeddings_in_another_tenants_namespace_are_found_until_moved(source):
    right = spaced(lambda n: f"9f{n % 4}c")
    assert scoped(source, vectors=right).findings == ()
    wrong = [{**v, "namespace": "9f1c"} if v["id"] == 2 else v for v in right]
    (found,) = scoped(source, vectors=wrong).findings
    assert (found.rows, found.of) == (1, 80)


def vector(id: int, **more) -> dict:
    return {"id": id, **more, "embedding": VECTOR}


OWN_SPACES = spaced(lambda n: f"9f{n % 4}c")
HOME = [vector(600 + n, tenant_id=1, namespace="9f0c") for n in range(60)]
GUESTS = [vector(500 + n, tenant_id=4, namespace="9f0c") for n in range(2)]
OPEN = [vector(600 + n, tenant_id=1 if n < 90 else 1 + n % 4, namespace="everybody") for n in range(98)]
SHARED = [
    {"id": n, "title": f"printer no. {n}", "body": f"a printer that prints {n} pages"} for n in range(30)
]
QUOTES = [{"id": 800 + n, "tenant_id": 1 + n % 4, "body": s["body"]} for n, s in enumerate(SHARED)]
AGAIN = [{**d, "id": 800 + d["id"], "tenant_id": 1 + d["tenant_id"] % 4} for d in DOCUMENTS[:5]]
QUIET = {
    "everybody's catalogue, which tenants quote": {
        "catalogue": SHARED,
        "documents": [*DOCUMENTS, *QUOTES],
        "vectors": [vector(s["id"], body=s["body"]) for s in SHARED],
    },
    "answers for everybody, of which tenants quote half": {
        "vectors": [
            *BARE[:20],
            *[vector(900 + n, content=f"how everybody resets password no. {n}") for n in range(20)],
        ],
    },
    "a text that two tenants have": {
        "documents": [*DOCUMENTS, *AGAIN],
        "vectors": [*OWN, *[vector(a["id"], tenant_id=a["tenant_id"], content=a["body"]) for a in AGAIN]],
    },
    "a text that is left of a document that went": {"vectors": [*OWN, {**OWN[0], "id": 800, "tenant_id": 2}]},
    "a tenant in the metadata": {
        "vectors": [{**b, "metadata": f'{{"tenantId": {1 + b["id"] % 4}}}'} for b in BARE]
    },
    "a tenant under another name": {"vectors": [{**b, "grp": f"g{b['id'] % 4}"} for b in BARE]},
    "contents that are found by their digest": {
        "vectors": [{**b, "content_hash": f"{b['id']:032x}"} for b in BARE]
    },
    "contents to which documents refer": {
        "documents": [{**d, "vector_id": n} for n, d in enumerate(DOCUMENTS)],
        "vectors": BARE,
    },
    "chunks that have their tenant from the document": {
        "vectors": [{**b, "document_id": 100 + b["id"]} for b in BARE]
    },
    "namespaces by subject": {"vectors": spaced(lambda n: ["faq", "law", "staff"][n % 3])},
    "a subsidiary without a namespace of its own": {
        "vectors": [*[v for v in OWN_SPACES if v["tenant_id"] != 4], *HOME, *GUESTS]
    },
    "a namespace of many guests": {"vectors": [*OWN_SPACES, *OPEN]},
    "namespaces by name, which another check reads": {
        "vectors": [
            *spaced(lambda n: f"tenant-no-{n % 4}")[1:],
            vector(0, tenant_id=1, namespace="tenant-no-2"),
        ],
    },
    "a word called vector, and the index of a search": {
        "vectors": [
            {"id": b["id"], "content": b["content"], "vector": "mosquito", "search_vector": "[1]"}
            for b in BARE
        ],
    },
}


@pytest.mark.parametrize("trap", QUIET)
def test_shared_texts_and_tenants_kept_apart_in_other_ways_are_no_finding(trap):
    audit = scoped(frames, **QUIET[trap])
    assert audit.findings == ()
    assert "vectors" in {o.table for o in (*audit.passed, *audit.not_assessed)}


def test_a_table_without_a_known_owner_is_not_assessed():
    nobody = [{"id": n, "embedding": VECTOR} for n in range(30)]
    assert blind(scoped(frames, vectors=nobody), "vectors") == ["undeclared"]
    assert blind(scoped(frames, catalogue=nobody), "catalogue") == ["not_applicable"], (
        "declared as everybody's"
    )


def test_vectors_of_every_type_are_known(tmp_path):
    assert [
        f.rows for f in scoped(frames, vectors=[{**b, "embedding": [0.25, -0.5]} for b in BARE]).findings
    ] == [60]
    path = tmp_path / "data.duckdb"
    with duckdb.connect(str(path)) as connection:
        for name, rows in {"tenants": TENANTS, "documents": DOCUMENTS}.items():
            connection.register("rows", pd.DataFrame(rows))
            connection.execute(f"CREATE TABLE {name} AS FROM rows")
        connection.execute(
            "CREATE TABLE vectors AS SELECT id, body AS content, [0.5, 0.25]::FLOAT[2] AS embedding FROM"
            " documents"
        )
    policy = auditkit.Policy.parse(POLICY.replace(SHARED_TABLE, ""))
    audit = auditkit.audit(path, policy, checks=["tenancy-vector-scope"], strict=True)
    assert [f.rows for f in audit.findings] == [60]
