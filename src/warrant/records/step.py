"""A step's SLSA provenance as Warrant writes it (`https://slsa.dev/provenance/v1`)."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from warrant.records.actor import Actor
from warrant.records.base import Hex, Instant, Name, Record


class Sha256(Record):
    """A digest set with the one algorithm we use."""

    sha256: Hex


class Dependency(Record):
    """An input: a subject of an earlier statement."""

    name: Name
    digest: Sha256


class ExternalParameters(Record):
    """What was asked for."""

    contentKey: Hex  # noqa: N815 (SLSA writes its names in camel case)
    configuration: dict[str, Any]
    fingerprints: dict[str, Hex]


class InternalParameters(Record):
    """Who ran it."""

    actor: Actor


class BuildDefinition(Record):
    """SLSA v1 `buildDefinition`."""

    buildType: Annotated[str, Field(pattern=r"^urn:x-warrant:stage:[a-z]+:v\d+$")]  # noqa: N815
    externalParameters: ExternalParameters  # noqa: N815
    internalParameters: InternalParameters  # noqa: N815
    resolvedDependencies: tuple[Dependency, ...]  # noqa: N815


class Builder(Record):
    """SLSA v1 `builder`."""

    id: Name
    version: dict[str, str]


class RunMetadata(Record):
    """When the step ran, as its signer says."""

    startedOn: Instant  # noqa: N815
    finishedOn: Instant  # noqa: N815


class RunDetails(Record):
    """SLSA v1 `runDetails`."""

    builder: Builder
    metadata: RunMetadata


class Step(Record):
    """The predicate of a step's statement.

    Source: SLSA provenance v1, https://slsa.dev/spec/v1.0/provenance.
    """

    model_config = ConfigDict(title="Step")

    buildDefinition: BuildDefinition  # noqa: N815
    runDetails: RunDetails  # noqa: N815
