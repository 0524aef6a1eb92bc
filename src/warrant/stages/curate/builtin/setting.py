"""Settings of a filter as a recipe gives them: checked, or refused with what to write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Settings:
    """The settings of one filter, while they are checked."""

    name: str
    """Of the filter."""
    example: str
    """A line of the recipe that is accepted."""

    def share(self, setting: str, value: object) -> float:
        """Check a share.

        Args:
            setting: its name.
            value: what the recipe says.

        Returns:
            The share, above 0 and at most 1.
        """
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
            raise self.refusal(f"wants {setting} above 0 and at most 1, got {value!r}")
        return float(value)

    def count(self, setting: str, value: object, least: int = 1) -> int:
        """Check a whole number.

        Args:
            setting: its name.
            value: what the recipe says.
            least: the smallest that makes sense.

        Returns:
            The number.
        """
        if type(value) is not int or value < least:
            raise self.refusal(f"wants {setting} from {least} upwards, got {value!r}")
        return value

    def choice(self, setting: str, value: object, known: Sequence[str]) -> str:
        """Check one word of a few.

        Args:
            setting: its name.
            value: what the recipe says.
            known: the words.

        Returns:
            The word.
        """
        if not isinstance(value, str) or value not in known:
            raise self.refusal(f"knows {setting}: {' and '.join(known)}, got {value!r}")
        return value

    def texts(self, setting: str, values: Any) -> tuple[str, ...]:  # noqa: ANN401 (of a recipe)
        """Check a list of texts.

        Args:
            setting: its name.
            values: what the recipe says.

        Returns:
            The texts, at least one, none of them blank.
        """
        listed = () if isinstance(values, str) else tuple(values or ())
        if not listed or not all(isinstance(one, str) and one.strip() for one in listed):
            raise self.refusal(f"wants {setting} as a list of texts")
        return listed

    def refusal(self, what: str) -> InputError:
        """Give the error for a setting that does not fit.

        Args:
            what: the rest of a sentence that begins with the filter.

        Returns:
            The error, its advice the example.
        """
        return InputError(
            f"The filter {self.name!r} {what}.", do=f"Write for example: - {self.example}"
        )
