"""The record for catalogues of data, read as triples, with nothing fetched."""

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Namespace
from rdflib.namespace import DCTERMS, RDF, XSD

from directory.feeds.licence import LICENCE_URL
from directory.feeds.tables.catalogue import OUTPUTS

DCAT = Namespace("http://www.w3.org/ns/dcat#")
PATH = "/export/v1/catalogue.jsonld"
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib of itself


@pytest.fixture
def graph(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """The triples; whoever fetches a context fails."""

    def fetch(*_: object, **__: object) -> None:
        raise AssertionError("the record is not whole without the network")

    monkeypatch.setattr("urllib.request.urlopen", fetch)
    answer = client.get(PATH)
    assert answer.mimetype == "application/ld+json"
    return Graph().parse(data=answer.data, format="json-ld")


def test_the_record_says_what_catalogues_ask(graph: Graph) -> None:
    """Title, publisher, licence, when it changed, how often it does, and of where."""
    catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
    dataset = graph.value(catalogue, DCAT.dataset)
    assert (dataset, RDF.type, DCAT.Dataset) in graph
    for thing in (catalogue, dataset):
        assert str(graph.value(thing, DCTERMS.license)) == LICENCE_URL
        assert graph.value(thing, DCTERMS.modified).datatype == XSD.dateTime  # type: ignore[union-attr]
        assert graph.value(thing, DCTERMS.title) and graph.value(thing, DCTERMS.description)
        assert graph.value(graph.value(thing, DCTERMS.publisher), RDF.type) is not None
    assert str(graph.value(dataset, DCTERMS.accrualPeriodicity)).endswith("/UPDATE_CONT")
    assert str(graph.value(dataset, DCTERMS.spatial)).endswith("/E12000007")


def test_every_output_has_a_distribution(graph: Graph) -> None:
    """With where it is, in what form, and what it conforms to; a file is downloaded, an interface is described."""
    found = graph.query(
        """select ?access ?media ?standard ?download ?endpoint where {
             ?dataset a dcat:Dataset; dcat:distribution ?one .
             ?one dcat:accessURL ?access; dcat:mediaType ?media; dct:conformsTo ?standard; dct:license ?licence .
             optional { ?one dcat:downloadURL ?download }
             optional { ?one dcat:accessService ?service . ?service a dcat:DataService; dcat:endpointURL ?endpoint;
                        dcat:endpointDescription ?description; dcat:servesDataset ?dataset } }""",
        initNs={"dcat": DCAT, "dct": DCTERMS},
    )
    rows = [tuple(map(str, row)) for row in found]  # type: ignore[arg-type]
    assert len(rows) == len(OUTPUTS) == 8
    for access, media, standard, download, endpoint in rows:
        assert access.startswith("http") and media.startswith("http://www.iana.org/") and "://" in standard
        assert access in (download, endpoint) and "None" in (download, endpoint)


def test_what_is_ours_is_where_the_record_says(client: FlaskClient, graph: Graph) -> None:
    """Every file can be had, in the form that is promised."""
    for one in graph.subjects(RDF.type, DCAT.Distribution):
        download = graph.value(one, DCAT.downloadURL)
        if download is not None:
            answer = client.get(str(download).removeprefix("http://127.0.0.1:8000"))
            assert answer.status_code == 200
            assert str(graph.value(one, DCAT.mediaType)).endswith(answer.mimetype)


def test_nobody_is_sent_the_record_again(client: FlaskClient) -> None:
    """Conditional like the rest."""
    tag = client.get(PATH).headers["ETag"]
    assert client.get(PATH, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{PATH}?x=1").status_code == 400
