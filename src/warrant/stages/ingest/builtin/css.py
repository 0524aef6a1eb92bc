"""What the style sheets in a web page hide: `display: none`, `visibility: hidden`.

Read are rules for elements by name, class and id, alone or inside others; those for screens and
for all media. Rules for states (`:hover`), attributes and neighbours decide nothing: a page shows
itself without a hand on it.

Source: CSS Cascading and Inheritance Level 4, section 6; Selectors Level 3.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_DECLARED = re.compile(
    r"(?:^|[;\s])(display|visibility)\s*:\s*([a-z-]+)\s*(!\s*important)?", re.IGNORECASE
)
_COMPOUND = re.compile(r"(?:\*|[a-z][\w-]*)?(?:[.#][\w-]+)*", re.IGNORECASE)
_NAME = re.compile(r"([.#])([\w-]+)")
_HIDING = frozenset({("display", "none"), ("visibility", "hidden"), ("visibility", "collapse")})
_MEDIA = re.compile(r"@media\s+(?:only\s+)?(?:all|screen)\s*$", re.IGNORECASE)
_INLINE = (1, 0, 0, 0)  # beats every selector


class _Compound(NamedTuple):
    """What one element must be: its name, classes and id."""

    tag: str
    names: frozenset[str]
    """`.class` and `#id`."""
    is_parent: bool
    """Whether the element to its right must be its child, not just lie in it."""


class _Rule(NamedTuple):
    property: str
    hides: bool
    weight: tuple[bool, tuple[int, int, int, int], int]
    """Important, ids, classes, names; then the place in the page."""
    chain: tuple[_Compound, ...]
    """From the element outwards."""


class Sheets:
    """The rules of a page that show or hide.

    Args:
        texts: of its `style` elements, in order.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._rules: dict[str, list[_Rule]] = {}
        found = [one for text in texts for one in _blocks(_COMMENT.sub(" ", text))]
        if not any(_hides(body) for _, body in found):
            return
        for place, (selectors, body) in enumerate(found):
            for rule in _rules(selectors, body, place):
                self._rules.setdefault(_key(rule.chain[0]), []).append(rule)

    def hides(self, element: Any) -> bool:  # noqa: ANN401 - lxml has no types
        """Say whether an element is hidden by itself, not by one around it.

        Args:
            element: of the page.

        Returns:
            True when its strongest rule, or its own style, says so.
        """
        own = element.get("style") or ""
        if not own and not self._rules:
            return False
        names = _names(element)
        keys = ("*", element.tag, *names)
        best: dict[str, tuple[tuple[bool, tuple[int, int, int, int], int], bool]] = {}
        rules = [rule for key in keys for rule in self._rules.get(key, ())]
        for rule in rules:
            if _fits(rule.chain, element):
                _settle(best, rule.property, rule.weight, hides=rule.hides)
        for name, value, important in _DECLARED.findall(own):
            said = (name.lower(), value.lower()) in _HIDING
            _settle(best, name.lower(), (bool(important), _INLINE, 0), hides=said)
        return any(hides for _, hides in best.values())


def _settle(best: dict[str, Any], name: str, weight: tuple[bool, Any, int], *, hides: bool) -> None:
    if name not in best or best[name][0] <= weight:
        best[name] = (weight, hides)


def _blocks(text: str, depth_left: int = 4) -> Iterator[tuple[str, str]]:
    """Give selectors and declarations of each rule that counts, media in media four deep."""
    at = 0
    while (opened := text.find("{", at)) >= 0:
        prelude = text[at:opened].rpartition(";")[2].strip()
        depth, end = 1, opened + 1
        while depth and (brace := _BRACE.search(text, end)):
            depth += 1 if brace[0] == "{" else -1
            end = brace.end()
        body = text[opened + 1 : end - 1 if not depth else len(text)]
        at = end if not depth else len(text)
        if not prelude.startswith("@"):
            yield prelude, body
        elif _MEDIA.match(prelude) and depth_left:
            yield from _blocks(body, depth_left - 1)


def _hides(body: str) -> bool:
    return any((n.lower(), v.lower()) in _HIDING for n, v, _ in _DECLARED.findall(body))


def _rules(selectors: str, body: str, place: int) -> Iterator[_Rule]:
    said = _DECLARED.findall(body)
    for selector in selectors.split(",") if said else ():
        chain = _chain(selector)
        if not chain:
            continue
        named = [name for one in chain for name in one.names]
        ids = sum(name.startswith("#") for name in named)
        tags = sum(one.tag != "*" for one in chain)
        for name, value, important in said:
            hides = (name.lower(), value.lower()) in _HIDING
            weight = (bool(important), (0, ids, len(named) - ids, tags), place)
            yield _Rule(name.lower(), hides, weight, chain)


def _chain(selector: str) -> tuple[_Compound, ...]:
    """Read a selector from its end; empty when it says more than is read here."""
    found: list[_Compound] = []
    is_parent = False
    for part in reversed(selector.replace(">", " > ").split()):
        if part == ">":
            is_parent = True
            continue
        if not _COMPOUND.fullmatch(part):
            return ()
        tag = re.split(r"[.#]", part, maxsplit=1)[0].lower() or "*"
        names = frozenset(mark + name for mark, name in _NAME.findall(part))
        found.append(_Compound(tag, names, is_parent))
        is_parent = False
    return tuple(found)


def _key(last: _Compound) -> str:
    """Give a name by which the rule is found: one that its element must bear."""
    return min(last.names, default=last.tag)


def _names(element: Any) -> frozenset[str]:  # noqa: ANN401 - lxml has no types
    classes = (f".{name}" for name in (element.get("class") or "").split())
    own = element.get("id")
    return frozenset((*classes, f"#{own}") if own else classes)


def _fits(chain: tuple[_Compound, ...], element: Any) -> bool:  # noqa: ANN401
    """Say whether an element and those around it are what a selector asks for."""
    first, *outer = chain
    if not _is(first, element):
        return False
    for wanted in outer:
        element = element.getparent()
        while element is not None and not wanted.is_parent and not _is(wanted, element):
            element = element.getparent()
        if element is None or not _is(wanted, element):
            return False
    return True


def _is(wanted: _Compound, element: Any) -> bool:  # noqa: ANN401 - lxml has no types
    return wanted.tag in ("*", element.tag) and wanted.names <= _names(element)
