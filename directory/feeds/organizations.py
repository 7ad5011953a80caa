"""What names the organisation that runs a service, in every format that tells of organisations."""

from directory.permissions import organization_key
from directory.records import stable_id


def organization_id(name: str) -> str:
    """The UUID of an organisation, by its name without regard to capitals and double spaces."""
    return stable_id("organization", organization_key(name))
