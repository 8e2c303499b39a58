from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}"
TENANTS = [{"id": 1 + n} for n in range(8)]
FILES = [
    {"id": n, "tenant_id": 1 + n % 8, "object_key": f"up/{n:06d}.pdf", "file_name": "report.pdf"}
    for n in range(240)
]


def file(id: int, tenant, key) -> dict:
    return {"id": id, "tenant_id": tenant, "object_key": key, "file_name": "report.pdf"}


QUIET = [
    *[file(500 + t, t, "public/logo.png") for t in range(1, 9)],
    *[file(520 + t, t, "logo.png") for t in (1, 2)], file(540, 1, "up/again.pdf"),
    file(541, 1, "up/again.pdf"), *[file(550 + t, t, k) for t in (1, 2) for k in (None, "")],
    file(560, None, "up/000001.pdf"),
]  # fmt: skip


def shared(source, files):
    audit = auditkit.audit(
        source({"tenants": TENANTS, "files": files}),
        auditkit.Policy.parse(POLICY),
        checks=["tenancy-shared-object"],
        strict=True,
    )
    return audit


def test_objects_of_one_tenant_public_ones_and_bare_file_names_pass(source):
    audit = shared(source, FILES + QUIET)
    assert audit.findings == ()
    assert [(o.table, o.columns) for o in audit.passed] == [("files", ("object_key",))]


def test_an_object_of_two_tenants_is_found_until_copied(source):
    wrong = [file(900, 3, "up/000001.pdf"), file(901, 4, "up/000001.pdf "), file(902, 5, "up/000002.pdf")]
    (found,) = shared(source, FILES + QUIET + wrong).findings
    assert (found.table, found.columns, found.severity, found.confidence) == (
        "files",
        ("object_key",),
        "high",
        "high",
    )
    assert found.rows == 6, "both tenants' rows, and that which lost its tenant"
    assert (
        shared(source, FILES + QUIET + [{**w, "object_key": f"up/new-{w['id']}.pdf"} for w in wrong]).findings
        == ()
    )


@on_one_engine
def test_where_half_of_the_objects_have_several_tenants_they_are_no_boundary(source):
    (found,) = shared(source, [file(n, 1 + n % 4, f"up/{n // 4:06d}.pdf") for n in range(400)]).findings
    assert (found.confidence, found.severity) == ("low", "medium")
