"""Two FHIR clients that strangers wrote, reading from a server that runs."""

import threading
from collections.abc import Iterator

import pytest
from fhirclient.client import FHIRClient
from fhirclient.models.healthcareservice import HealthcareService
from fhirclient.models.location import Location
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound
from flask import Flask
from werkzeug.serving import make_server


@pytest.fixture(scope="module")
def base(untouched: Flask) -> Iterator[str]:
    """Where FHIR is served over the shipped entries."""
    server = make_server("127.0.0.1", 0, untouched, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/fhir/R4"
    server.shutdown()
    thread.join()
    server.server_close()


def test_fhirpy_reads_everything(base: str) -> None:
    """Page by page, with includes, a count, a reference that is followed, and errors that it understands."""
    client = SyncFHIRClient(base)
    services = client.resources("HealthcareService")
    everything = services.limit(50).fetch_all()
    assert len({service["id"] for service in everything}) == len(everything) == services.count() > 100
    with_place = services.search(location__missing=False).include("HealthcareService", "location").limit(5)
    bundle = with_place.fetch_raw()
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert (kinds.count("HealthcareService"), kinds.count("Location")) == (5, 5)
    service = with_place.first()
    place = service["location"][0].to_resource()
    assert (place["resourceType"], place["name"]) == ("Location", service["name"])
    with pytest.raises(ResourceNotFound):
        client.reference("HealthcareService", "nothing").to_resource()
    with pytest.raises(OperationOutcome, match="not known"):
        services.search(shoe_size=9).fetch()


def test_fhirclient_reads_and_searches(base: str) -> None:
    """Its models are those of R4, and take what they are given strictly."""
    client = FHIRClient(settings={"app_id": "test", "api_base": base})
    assert client.prepare()
    search = HealthcareService.where({"service-type": "crisis-cafe", "_count": "3"})
    found = list(search.perform_resources_iter(client.server))
    assert found
    assert {coding.code for service in found for coding in service.type[0].coding} >= {"crisis-cafe"}
    same = HealthcareService.read(found[0].id, client.server)
    assert same.as_json() == found[0].as_json()
    near = next(iter(Location.where({"near": "51.5|-0.1|20|km"}).perform_iter(client.server)))
    assert near.total and all(entry.resource.position for entry in near.entry)
