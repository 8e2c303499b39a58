"""What a table of members, or a column with a tenant, says about a row when the row says more itself."""

import pandas as pd
import pytest

import auditkit

TENANCY = "version: 1, name: x, tenancy: {root: schools, key: school_id}"


def crossings(members, policy="{" + TENANCY + "}", **more):
    people = pd.DataFrame(
        {
            "id": range(60),
            "school_id": [i % 3 for i in range(60)],
            "email": [f"p{i}@x.org" for i in range(60)],
        }
    )
    classes = pd.DataFrame({"id": range(6), "school_id": [i % 3 for i in range(6)]})
    tables = {
        "schools": pd.DataFrame({"id": range(3)}),
        "students": people,
        "classes": classes,
        "class_members": members,
        **more,
    }
    checks = ["tenancy-cross-reference", "tenancy-missing-key", "tenancy-diamond"]
    audit = auditkit.audit(tables, auditkit.Policy.parse(policy), checks=checks, strict=True)
    return {(f.check, f.table, f.columns): f.rows for f in audit.findings}


def members(elsewhere):
    """Return the members of classes, of whom some are students of another school."""
    student = [i if i >= elsewhere else i + 1 for i in range(60)]
    class_ = [i % 3 for i in range(60)]
    return pd.DataFrame({"id": range(60), "school_id": class_, "class_id": class_, "student_id": student})


@pytest.mark.parametrize(("elsewhere", "found"), [(0, None), (1, 1), (2, 2), (30, None)])
def test_few_members_of_another_tenant_are_leaks_and_many_are_members_of_several(elsewhere, found):
    place = ("tenancy-cross-reference", "class_members", ("student_id",))
    assert crossings(members(elsewhere)).get(place) == found


def test_a_tenant_that_a_row_may_lack_is_not_its_own_where_the_row_belongs_to_somebody():
    cards = pd.DataFrame(
        {
            "id": range(60),
            "student_id": range(60),
            "accepted_in_id": [None if i % 2 else i % 3 for i in range(60)],
        }
    )
    references = "tables: {cards: {references: {accepted_in_id: schools.id, student_id: students.id}}}"
    assert crossings(members(0), f"{{{TENANCY}, {references}}}", cards=cards) == {}
