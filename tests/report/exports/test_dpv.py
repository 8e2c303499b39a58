"""The processing as JSON-LD: rdflib reads it, and each term is one of the vocabulary."""

from __future__ import annotations

import warnings

import pytest
import rdflib

from auditkit.report.exports import dpv
from auditkit.vocabulary import ENTITIES

TERMS = set(
    """
    PersonalDataProcess DataController DataProtectionOfficer DataProcessor DataSubject PersonalData
    SpecialCategoryPersonalData Purpose StorageDuration TechnicalOrganisationalMeasure PseudonymisedData
    hasContact hasCountry hasDataController hasDataProcessor hasDataProtectionOfficer hasDataSubject
    hasLegalBasis hasName hasPersonalData hasProcess hasPurpose hasStorageCondition
    hasTechnicalOrganisationalMeasure
    """.split()
)
"""The terms of DPV 2.3 that the export uses."""
DPV = "https://w3id.org/dpv#"


def read(run) -> rdflib.Graph:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated")  # in rdflib's own parser
        return rdflib.Graph().parse(data=dpv.render(run), format="json-ld")


@pytest.fixture
def graph(run) -> rdflib.Graph:
    return read(run)


def uris(graph: rdflib.Graph) -> set[str]:
    return {str(node) for triple in graph for node in triple if isinstance(node, rdflib.URIRef)}


def test_each_term_is_one_of_the_vocabulary(graph):
    used = {uri.removeprefix(DPV) for uri in uris(graph) if uri.startswith(DPV)}
    assert used <= TERMS
    pd = {uri.rpartition("#")[2] for uri in uris(graph) if uri.startswith("https://w3id.org/dpv/pd#")}
    assert pd <= {e.dpv.removeprefix("pd:") for e in ENTITIES.values()}
    known = (DPV, "https://w3id.org/dpv/", "http://purl.org/dc/terms/", "urn:auditkit:", "http://www.w3.org/")
    assert all(uri.startswith(known) for uri in uris(graph))


def test_a_graph_answers_which_basis_a_column_is_processed_on(graph):
    (row,) = graph.query(
        """PREFIX dpv: <https://w3id.org/dpv#> PREFIX dct: <http://purl.org/dc/terms/>
        SELECT ?basis WHERE {?p dpv:hasPersonalData [dct:title "users.email"] ; dpv:hasLegalBasis ?basis}"""
    )
    assert str(row.basis) == "https://w3id.org/dpv/legal/eu/gdpr#A6-1-b"


def test_data_without_a_purpose_is_not_left_out(hostile):
    graph = read(hostile)
    held = set(graph.objects(None, rdflib.URIRef(DPV + "hasPersonalData")))
    assert len(held) == len(hostile.audit.columns) - 2, (
        "all but the one that needs a word, and the one that is none"
    )
