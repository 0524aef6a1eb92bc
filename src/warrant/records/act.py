"""A person's act (`urn:x-warrant:act:v1`)."""

from typing import Annotated, Literal

from pydantic import Field

from warrant.records.actor import Actor
from warrant.records.base import Instant, Record

ActKind = Literal["approve", "reject", "except", "answer", "decide", "revoke"]


class Act(Record):
    """The predicate of one act by one person with her own key."""

    act: ActKind
    actor: Actor
    reason: Annotated[str, Field(min_length=1, max_length=4000)]
    conditions: tuple[str, ...] = ()
    detail: dict[str, str | bool] = {}
    """`except`: rule; `answer`: question, answer; `decide`: go."""
    expires_at: Instant | None = None
    stage_of_use: Literal["explore", "pilot", "production"] | None = None
    recorded_at: Instant
