from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}"
SLUGS = ["acme-corp", "globex-ag", "initech-inc"]
TENANTS = [{"id": 101 + n, "slug": s} for n, s in enumerate(SLUGS)]
FILES = [
    {"id": n, "tenant_id": 101 + n % 3, "object_key": f"uploads/{SLUGS[n % 3]}/2026/{n:08d}.pdf"}
    for n in range(60)
]


def paths(source, files, checks=("tenancy-object-key", "tenancy-embedded-identifier")):
    data = source({"tenants": TENANTS, "files": files})
    return auditkit.audit(data, auditkit.Policy.parse(POLICY), checks=checks, strict=True)


def test_paths_that_lie_under_their_own_tenant_pass(source):
    assert paths(source, FILES).findings == ()


def test_a_path_under_another_tenant_is_found_once_until_moved(source):
    wrong = [
        {"id": 90 + n, "tenant_id": 101, "object_key": f"uploads/globex-ag/2026/{n}.pdf"} for n in range(2)
    ]
    (found,) = paths(source, FILES + wrong).findings
    assert (found.check, found.columns, found.rows, found.of, found.severity) == (
        "tenancy-object-key",
        ("object_key",),
        2,
        62,
        "critical",
    )
    assert paths(source, FILES + [{**w, "tenant_id": 102} for w in wrong]).findings == ()


@on_one_engine
def test_a_path_by_number_is_read_by_its_place(source):
    files = [
        {"id": n, "tenant_id": 101 + n % 3, "object_key": f"t/{101 + n % 3}/{102}/{n}.pdf"} for n in range(60)
    ]
    assert paths(source, files).findings == ()
    (found,) = paths(
        source, [*files, {"id": 99, "tenant_id": 101, "object_key": "t/103/102/99.pdf"}]
    ).findings
    assert found.rows == 1


def test_a_row_of_no_tenant_and_a_folder_of_nobody_count_elsewhere(source):
    quiet = [
        {"id": 90, "tenant_id": None, "object_key": "uploads/globex-ag/1.pdf"},
        {"id": 91, "tenant_id": 101, "object_key": "uploads/public/1.pdf"},
    ]
    assert paths(source, FILES + quiet).findings == ()
