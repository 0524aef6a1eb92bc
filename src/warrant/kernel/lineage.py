"""What follows from what: dependencies, claims and manifests, content keys.

Law: a step is accepted only after every step whose outputs it read.

Source: docs/reference/verification.md, step (7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError, IntegrityError
from warrant.kernel import shape
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.chain import Manifest
from warrant.kernel.digest import Digest
from warrant.kernel.shape import exact, having, list_of, nullable, one_of
from warrant.kernel.wording import fault, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from warrant.kernel.chain import Chain, Entry
    from warrant.kernel.evidence import Evidence, File

_LINK = {
    "digest": shape.hexdigest,
    "fingerprint": nullable(shape.hexdigest),
    "name": shape.text,
}


def _rights(value: object, place: str) -> None:
    shape.mapping(shape.anything)(value, place)
    expires = value.get("expires") if isinstance(value, dict) else None
    if expires is not None and expires != "never":
        shape.text(expires, place)
        shape.instant(f"{expires}T00:00:00Z", place)


_CLAIM = having(
    {
        "format": one_of("warrant/claim/1"),
        "inputs": list_of(having(_LINK)),
        "plugins": list_of(exact({"name": shape.text, "version": shape.text})),
        "sources": list_of(having({"name": shape.text, "rights": _rights})),
        "stage": shape.text,
        "version": shape.count,
    }
)
_MANIFEST = having(
    {
        "fingerprint": shape.hexdigest,
        "format": one_of("warrant/dataset/1"),
        "root": shape.hexdigest,
        "rows": shape.count,
    }
)


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
    """Compute each content key again, of what claim and statement alike say was read.

    Args:
        chain: the statements.

    Yields:
        A fault for each key that is not the one signed, and each claim of other inputs than its
        statement's.

    Source: docs/reference/formats.md, section 3.1.
    """
    for entry in chain.steps:
        claim, parameters = chain.lineage.claims[entry.index], _parameters(entry)
        said = {one["name"]: one["digest"] for one in claim["inputs"]}
        read = {one.name: one.digest.hex for one in entry.statement.dependencies}
        if read and said != read:
            yield fault("claim-differs", entry=entry.name)
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


def ancestors(entries: Iterable[Entry], chain: Chain) -> dict[int, Entry]:
    """Give the steps on the way to some steps.

    Args:
        entries: where the way ends.
        chain: the statements.

    Returns:
        Steps by index, the last ones included.
    """
    way = {entry.index: entry for entry in entries}
    for step in reversed(chain.steps):
        if step.index in way:
            for needed in step.statement.dependencies:
                maker = chain.lineage.makers[needed.digest][0]
                way[maker.index] = maker
    return way


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
    if value is None or value["stage"] != entry.stage:
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
    root = bytes.fromhex(value["root"])
    manifest = Manifest(entry, name, value["rows"], root, value["fingerprint"])
    chain.lineage.manifests.setdefault(Digest.of(found.data), manifest)


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


def _parse(found: File, check: shape.Shape) -> dict[str, Any] | None:
    try:
        value: Any = parse_canonical(found.data)
        check(value, "record")
    except InputError:
        return None
    record: dict[str, Any] = value
    return record
