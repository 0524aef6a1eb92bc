"""The recipe's part about where work on many rows is done."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from warrant.flow.recipe_fault import AdviceError
from warrant.flow.recipe_rows import Part, Text

_CPUS = 2


class EngineChoice(Part):
    """Where files are parsed and filters work; the rows that come out are the same everywhere."""

    kind: Literal["native", "processes", "ray"] = "native"
    """`native`: this process; `processes`: several on this machine; `ray`: those of Ray, for many
    machines."""
    address: Text | None = None
    """Of a running Ray cluster, such as `ray://10.0.0.5:10001`; left out: one is started here."""
    cpus: Annotated[int, Field(ge=1)] = _CPUS
    """Processes, or processors for a Ray that is started here."""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:  # noqa: ANN401 - any YAML
        return {"kind": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        if self.kind != "ray" and self.address is not None:
            raise AdviceError("address is of Ray", "Write under engine: kind: ray, or take it out")
        if self.kind == "native" and self.cpus != _CPUS:
            raise AdviceError(
                "cpus is of processes and Ray",
                "Write under engine: kind: processes, or take it out",
            )
        return self
