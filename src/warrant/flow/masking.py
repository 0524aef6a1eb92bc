"""What curation did to texts is done to questions too: a model learnt from texts with marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.stages.curate.filter import Filter


class Masking:
    """Changes texts as curation changed those that the model learnt from.

    Args:
        rules: filters that change texts.
        text: the column that every filter reads.
        texts: columns of text that the model reads.
    """

    def __init__(self, rules: Sequence[Filter], text: str, texts: Sequence[str]) -> None:
        self._rules = rules
        self._text = text
        self._texts = texts

    def __call__(self, columns: Mapping[str, Sequence[object]]) -> dict[str, Sequence[object]]:
        """Give the columns as the model shall read them."""
        import pyarrow as pa

        changed = dict(columns)
        for rule in self._rules:
            if hasattr(rule, "change"):
                changed |= rule.change(changed)
                continue
            _tell(rule, columns)
            for name in self._texts:
                if name == self._text or getattr(rule, "every_text", False):
                    cells = pa.array(changed[name], pa.large_string())
                    found = rule.judge(cells, range(len(cells))).changed
                    if found is not None:
                        changed[name] = found.to_pylist()
        return changed


def _tell(rule: Filter, columns: Mapping[str, Sequence[object]]) -> None:
    """Give a filter the columns that it reads beside the texts, where a question has them all."""
    import pyarrow as pa

    from warrant.stages.curate.filter import Knowing

    if isinstance(rule, Knowing) and rule.beside and set(rule.beside) <= set(columns):
        rule.know({name: pa.array(list(columns[name])) for name in rule.beside})


def masking_of(settings: Mapping[str, Any], texts: Sequence[str]) -> Masking | None:
    """Read from curation's signed settings how it changed texts.

    Args:
        settings: of the curate step, as its statement has them.
        texts: columns of text that the model reads.

    Returns:
        None when it changed none.

    Raises:
        InputError: when a filter is not installed here.
    """
    from warrant.stages.curate.filter import FILTERS

    made = [FILTERS.load(one["name"])(**one["settings"]) for one in settings["filters"]]
    rules = [one for one in made if any(reason.kind == "change" for reason in one.reasons)]
    reads = bool(texts) or any(hasattr(one, "change") for one in rules)
    return Masking(rules, settings["text"], texts) if rules and reads else None
