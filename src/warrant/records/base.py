"""What every record shares: frozen, strict, canonical JSON."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warrant.errors import InputError
from warrant.kernel import canon
from warrant.records import reason

Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest in lower-case hex."""

Instant = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]
"""An instant in UTC, whole seconds (RFC 3339)."""

Name = reason.Name
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Rate = Annotated[float, Field(ge=0, le=1)]
"""A share or a probability, 0 to 1."""


class Record(BaseModel):
    """Base of all records: immutable, no unknown field, one spelling."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True
    )

    def to_bytes(self) -> bytes:
        """Give the canonical JSON of this record (RFC 8785).

        Law: `T.from_bytes(x.to_bytes()) == x`.
        """
        return canon.fast_canonical(self.model_dump(mode="json"))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a record; `from_bytes(data).to_bytes() == data` for every accepted `data`.

        Args:
            data: canonical JSON, UTF-8.

        Returns:
            The record.

        Raises:
            InputError: if the bytes are not canonical JSON or not this record; it quotes no value.
        """
        canon.parse_canonical(data)
        try:
            record = cls.model_validate_json(data)
        except ValidationError as error:
            raise InputError(
                _plain(cls.__name__, error), do="Use the file as Warrant wrote it."
            ) from None
        if record.to_bytes() != data:
            raise InputError(
                f"These bytes are not the one spelling of a {cls.__name__} record.",
                do="Use the file as Warrant wrote it.",
            )
        return record


def _plain(kind: str, error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the whole"
    return f"Not a {kind} record: at {place!r}: {first['msg']}."
