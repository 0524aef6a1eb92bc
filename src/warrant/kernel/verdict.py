"""What verification answers: one of three results, and the sentences that led to it.

Law: `refused` exactly when there is a fault; what is unknown never outweighs a fault.

Source: DESIGN, section 4, "Trust"; docs/reference/verification.md.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from warrant.errors import IntegrityError
from warrant.kernel.wording import fault, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SENTENCES_LIMIT = 100
"""A step says at most so many sentences of one code, and then how many more there are."""

Result = Literal["refused", "consistent, signer unknown", "holds"]
"""The three answers of `verify`."""

EXIT_CODES: dict[Result, int] = {"holds": 0, "refused": 1, "consistent, signer unknown": 3}
"""What the command line returns."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of `verify`.

    Args:
        result: one of three.
        lines: every sentence, each after the number of its step in brackets.
        faults: those of the lines that report a fault.
        signers: names of the known persons who signed, in the order of their first statement.
        origin: name of the log; empty when it could not be read.
        size: entries of the log as of its checkpoint.
        checkpoint: the signed note, for `seen/`; empty unless its signature holds.
        bundle: the bundle digest in hex; empty for a workspace.
        approval: the sentence on who approved; empty for a workspace.
    """

    result: Result
    """One of three."""
    lines: tuple[str, ...]
    """Every sentence, each after the number of its step in brackets."""
    faults: tuple[str, ...]
    """Those of the lines that report a fault."""
    signers: tuple[str, ...] = ()
    """Names of the known persons who signed, in the order of their first statement."""
    origin: str = ""
    """Name of the log; empty when it could not be read."""
    size: int = 0
    """Entries of the log as of its checkpoint."""
    checkpoint: bytes = b""
    """The signed note, for `seen/`; empty unless its signature holds."""
    bundle: str = ""
    """The bundle digest in hex; empty for a workspace."""
    approval: str = ""
    """The sentence on who approved; empty for a workspace."""

    @property
    def exit_code(self) -> int:
        """0 when it holds, 1 when it is refused, 3 when nobody known signed it."""
        return EXIT_CODES[self.result]

    @property
    def headline(self) -> str:
        """The result in one line, with the signers' names where it holds."""
        if self.result == "holds":
            return f"holds, signed by {', '.join(self.signers)}"
        return self.result


class StoppedError(Exception):
    """A step found a fault that takes the ground from the steps behind it."""


@dataclass(slots=True)
class Report:
    """The sentences of a verification, as they are found."""

    lines: list[str] = field(default_factory=list)
    """Every sentence so far."""
    faults: list[str] = field(default_factory=list)
    """Those that report a fault."""
    step: int = 0
    """Number of the step that is running."""
    told: Counter[str] = field(default_factory=Counter)
    """How many sentences of each code the step has had, those left out included."""
    refused: int = 0
    """How many faults there were, those left out included."""

    @contextmanager
    def at(self, step: int, *, is_ground: bool = False) -> Iterator[None]:
        """Run a numbered step.

        Args:
            step: 1 to 12.
            is_ground: True when the later steps mean nothing after a fault here.

        Yields:
            Nothing.

        Raises:
            StoppedError: at the end of a step with a fault that later steps stand on.
        """
        self.step = step
        try:
            yield
        except IntegrityError as error:
            self.add(error)
        for code, count in self.told.items():
            if count > SENTENCES_LIMIT:
                rest = say("more", count=count - SENTENCES_LIMIT, sort=code)
                self.lines.append(f"({step}) {rest}")
        self.told.clear()
        if is_ground and self.faults:
            self.say("stopped", first=step + 1)
            raise StoppedError

    def say(self, code: str, **fields: object) -> None:
        """Add a sentence that reports no fault.

        Args:
            code: a key of `wording.WORDING`.
            **fields: the template's fields.
        """
        if self._has_room(code):
            self.lines.append(f"({self.step}) {say(code, **fields)}")

    def refuse(self, code: str, **fields: object) -> None:
        """Add a sentence that reports a fault.

        Args:
            code: a key of `wording.WORDING`.
            **fields: the template's fields.
        """
        self.add(fault(code, **fields))

    def add(self, *errors: IntegrityError) -> None:
        """Add faults.

        Args:
            *errors: made by `wording.fault`.
        """
        for error in errors:
            self.refused += 1
            if self._has_room(getattr(error, "code", "")):
                line = f"({self.step}) {error}"
                self.lines.append(line)
                self.faults.append(line)

    def add_all(self, errors: Iterable[IntegrityError]) -> bool:
        """Add faults as they are found.

        Args:
            errors: made by `wording.fault`.

        Returns:
            True when there was none.
        """
        before = self.refused
        for error in errors:
            self.add(error)
        return self.refused == before

    def _has_room(self, code: str) -> bool:
        self.told[code] += 1
        return self.told[code] <= SENTENCES_LIMIT
