"""What follows from what: dependencies, claims, content keys, plans and rights.

Law: a step is accepted only after every step whose outputs it read.

Source: docs/reference/verification.md, steps (7) and (8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError, IntegrityError
from warrant.kernel import shape
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.chain import Manifest
from warrant.kernel.digest import Digest
from warrant.kernel.predicates import PLAN
from warrant.kernel.shape import exact, list_of, nullable, one_of
from warrant.kernel.wording import fault, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from warrant.kernel.chain import Chain, Entry
    from warrant.kernel.evidence import Evidence, File
    from warrant.kernel.verdict import Report

_CLAIM = {
    "format": one_of("warrant/claim/1"),
    "inputs": list_of(shape.anything),
    "plugins": list_of(exact({"name": shape.text, "version": shape.text})),
    "sources": list_of(shape.anything),
    "stage": shape.text,
    "version": shape.count,
}
_LINK = {
    "digest": shape.hexdigest,
    "fingerprint": nullable(shape.hexdigest),
    "name": shape.text,
}
_SOURCE = {"name": shape.text, "rights": shape.mapping(shape.anything)}
_MANIFEST = {
    "fingerprint": shape.hexdigest,
    "format": one_of("warrant/dataset/1"),
    "root": shape.hexdigest,
    "rows": shape.count,
}
_USES_OF_RIGHTS = frozenset({"train", "deploy"})


class Source(NamedTuple):
    """A source that an ingest step read, and the last day of the right to it."""

    entry: Entry
    """The ingest step."""
    name: str
    """As the recipe writes it."""
    expires: str
    """The last day, `YYYY-MM-DD`."""


def read_makers(chain: Chain) -> None:
    """Note for each digest the first step that made it.

    Args:
        chain: gains the makers.
    """
    for entry in chain.steps:
        for subject in entry.statement.subjects:
            chain.lineage.makers.setdefault(subject.digest, (entry, subject.name))


def check_dependencies(chain: Chain) -> Iterator[IntegrityError]:
    """Check that each step reads only what an earlier one made.

    Args:
        chain: the statements.

    Yields:
        A fault for each dependency without an earlier maker.

    Source: docs/reference/verification.md, step (7).
    """
    for entry in chain.steps:
        for needed in entry.statement.dependencies:
            maker = chain.lineage.makers.get(needed.digest)
            if maker is None or maker[0].index >= entry.index:
                yield fault(
                    "dependency",
                    entry=entry.name,
                    name=quote(needed.name),
                    digest=needed.digest.short,
                )


def read_records(chain: Chain, evidence: Evidence) -> Iterator[IntegrityError]:
    """Read the claim of each step and the manifests of the datasets it made.

    Args:
        chain: gains claims and manifests.
        evidence: has the records.

    Yields:
        A fault for each that is absent or malformed, or has another fingerprint than signed.

    Source: docs/reference/verification.md, step (7).
    """
    for entry in chain.steps:
        try:
            _read_claim(chain, entry, evidence)
        except IntegrityError as error:
            yield error
        fingerprints = _parameters(entry)["fingerprints"]
        for name in sorted(fingerprints):
            try:
                _read_manifest(chain, entry, name, evidence)
            except IntegrityError as error:
                yield error


def check_content_keys(chain: Chain) -> Iterator[IntegrityError]:
    """Compute each content key again.

    Args:
        chain: the statements.

    Yields:
        A fault for each key that is not the one signed.

    Source: docs/reference/formats.md, section 3.1.
    """
    for entry in chain.steps:
        claim, parameters = chain.lineage.claims[entry.index], _parameters(entry)
        inputs = {one.name: _identity(chain, one.digest) for one in entry.statement.dependencies}
        if not inputs:
            inputs = {one["name"]: one["fingerprint"] or one["digest"] for one in claim["inputs"]}
        key = canonical(
            {
                "configuration": parameters["configuration"],
                "inputs": inputs,
                "plugins": claim["plugins"],
                "stage": entry.stage,
                "version": claim["version"],
            }
        )
        if Digest.of(key) != entry.statement.content_key:
            yield fault("content-key", entry=entry.name)


def check_plans(chain: Chain, report: Report) -> bool:
    """Check that no plan comes after the evaluation it is for.

    Args:
        chain: the statements.
        report: gains a fault for a late plan, a note for none.

    Returns:
        True when none is late.

    Source: docs/reference/formats.md, section 3.4.
    """
    plans: dict[Digest, Entry] = {}
    for plan in chain.of_kind(PLAN):
        plans.setdefault(plan.statement.subjects[0].digest, plan)
    is_sound = True
    for entry in chain.steps:
        if entry.stage != "evaluate":
            continue
        read = {needed.digest for needed in entry.statement.dependencies}
        found = [plan for digest, plan in plans.items() if digest in read]
        if not found:
            report.say("plan-none", entry=entry.name)
        for plan in found:
            if plan.index > entry.index:
                report.refuse("plan-late", entry=entry.name, plan=plan.name)
                is_sound = False
    return is_sound


def check_rights(chain: Chain, now: str, report: Report) -> bool:
    """Check that no source was used after its right had ended.

    Args:
        chain: the statements.
        now: instant, UTC.
        report: gains faults, and a note for each right that has ended since.

    Returns:
        True when no source was used after its right had ended.

    Source: docs/reference/verification.md, step (8).
    """
    is_sound, sources = True, list(_sources(chain))
    for entry in chain.steps:
        if entry.stage not in _USES_OF_RIGHTS:
            continue
        above = ancestors(entry, chain)
        at = max(entry.leaf.recorded_at, entry.statement.recorded_at)
        for source in sources:
            if source.entry.index in above and at[:10] > source.expires:
                is_sound = False
                report.refuse(
                    "right-expired",
                    entry=entry.name,
                    at=at,
                    source=quote(source.name),
                    origin=source.entry.name,
                    expires=source.expires,
                )
    for source in sources:
        if now[:10] > source.expires:
            report.say(
                "right-ended",
                source=quote(source.name),
                origin=source.entry.name,
                expires=source.expires,
            )
    return is_sound


def ancestors(entry: Entry, chain: Chain) -> dict[int, Entry]:
    """Give the steps on the way to a step.

    Args:
        entry: where the way ends.
        chain: the statements.

    Returns:
        Steps by index, the last one included.
    """
    way = {entry.index: entry}
    for step in reversed(chain.steps):
        if step.index in way:
            for needed in step.statement.dependencies:
                maker = chain.lineage.makers[needed.digest][0]
                way[maker.index] = maker
    return way


def _sources(chain: Chain) -> Iterator[Source]:
    for entry in chain.steps:
        for source in chain.lineage.claims[entry.index]["sources"]:
            expires = source["rights"].get("expires")
            if expires not in {None, "never"}:
                yield Source(entry, source["name"], expires)


def _parameters(entry: Entry) -> Mapping[str, Any]:
    definition = entry.statement.predicate["buildDefinition"]
    parameters: Mapping[str, Any] = definition["externalParameters"]
    return parameters


def _identity(chain: Chain, digest: Digest) -> str:
    entry, name = chain.lineage.makers[digest]
    found: str = _parameters(entry)["fingerprints"].get(name, digest.hex)
    return found


def _read_claim(chain: Chain, entry: Entry, evidence: Evidence) -> None:
    found = _find(chain, entry, "claim", evidence)
    if found is None:
        raise fault("claim-absent", entry=entry.name)
    value = _parse(found, _CLAIM)
    if value is None or value["stage"] != entry.stage or not _are_links(value):
        raise fault("claim-form", file=found.name, entry=entry.name)
    chain.lineage.claims[entry.index] = value


def _read_manifest(chain: Chain, entry: Entry, name: str, evidence: Evidence) -> None:
    found = _find(chain, entry, name, evidence)
    if found is None:
        raise fault("manifest-absent", name=quote(name), entry=entry.name)
    value = _parse(found, _MANIFEST)
    if value is None:
        raise fault("manifest-form", file=found.name, name=quote(name), entry=entry.name)
    if value["fingerprint"] != _parameters(entry)["fingerprints"][name]:
        raise fault("manifest-fingerprint", file=found.name, name=quote(name), entry=entry.name)
    digest, root = Digest.of(found.data), bytes.fromhex(value["root"])
    chain.lineage.manifests.setdefault(digest, Manifest(entry, name, value["rows"], root))


def _find(chain: Chain, entry: Entry, name: str, evidence: Evidence) -> File | None:
    digest = entry.statement.subject(name)
    assert digest is not None  # noqa: S101 - a step has a claim, and fingerprints of subjects
    found = evidence.find_record(digest)
    if found is not None and Digest.of(found.data) != digest:
        signer = chain.signer(entry)
        raise fault(
            "record-changed", file=found.name, name=quote(name), entry=entry.name, signer=signer
        )
    return found


def _parse(found: File, fields: Mapping[str, shape.Shape]) -> dict[str, Any] | None:
    try:
        value = parse_canonical(found.data)
        _check_fields(value, fields)
    except InputError:
        return None
    assert isinstance(value, dict)  # noqa: S101 - _check_fields says so
    return value


def _check_fields(value: object, fields: Mapping[str, shape.Shape]) -> None:
    if not isinstance(value, dict) or not value.keys() >= fields.keys():
        shape.misfit("record", "an object with the fields that verification reads")
    for name, check in fields.items():
        check(value[name], name)


def _are_links(claim: Mapping[str, Any]) -> bool:
    try:
        for link in claim["inputs"]:
            _check_fields(link, _LINK)
        for source in claim["sources"]:
            _check_fields(source, _SOURCE)
            expires = source["rights"].get("expires")
            if expires not in {None, "never"}:
                shape.instant(f"{expires}T00:00:00Z", "expires")
    except (InputError, TypeError):
        return False
    return True
