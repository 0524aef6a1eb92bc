"""Chat templates: programs in a small language, run in a sandbox, known by their digest.

A template turns messages into one text. It comes with a base model and is somebody else's code:
it is looked through before it runs, reaches nothing of Python, and includes no file.

Law: rendering the same messages gives the same text; a template has no clock and no chance.

Source: the templates of `tokenizer_config.json`, with the `generation` tag of transformers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn

from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jinja2 import Template
    from jinja2.parser import Parser

    from warrant.models.chat import Message

MOST_CHARACTERS = 200_000
"""Of a template's text."""

OPENS, CLOSES = "\ufdd0", "\ufdd1"
"""Around what the model is to say, while a text is rendered: characters that no text may hold."""

PLAIN = (
    "{{- bos_token -}}{%- for message in messages -%}"
    "{%- if message['role'] == 'assistant' -%}"
    "{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}"
    "{%- else -%}{{ message['content'] + '\\n\\n### Answer:\\n' }}{%- endif -%}{%- endfor -%}"
)
"""For a prompt and its completion, where the base model brings no template of its own."""

Fault = Literal["runs-code", "broken", "refuses-rows"]
"""What a template does wrong: it wants what the sandbox denies; it is no sound template; it says
itself that it cannot render these messages."""


class ChatTemplateError(InputError):
    """A template that cannot be used.

    Args:
        fault: the kind of fault.
        what: what went wrong.
        do: the act that helps.
    """

    fault: Fault

    def __init__(self, fault: Fault, what: str, do: str) -> None:
        super().__init__(what, do)
        self.fault = fault
        self.args = (fault, what, do)


class Rendered(NamedTuple):
    """A text, and where in it the model speaks."""

    text: str
    spans: tuple[tuple[int, int], ...]
    """From and to, in characters, of each marked part; none where the template has no marks."""


class _Generation(Extension):
    """`{% generation %}`: what lies between is the model's."""

    tags = {"generation"}  # noqa: RUF012 - as the base class has it

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        call = self.call_method("_mark")
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _mark(self, caller: Callable[[], str]) -> str:
        return f"{OPENS}{caller()}{CLOSES}"


@dataclass(frozen=True)
class ChatTemplate:
    """A chat template and the words that it may use."""

    source: str
    """Its text."""

    words: Mapping[str, str] = field(default_factory=dict)
    """`bos_token`, `eos_token` and their like."""

    @property
    def digest(self) -> str:
        """Give SHA-256 of the template's UTF-8, in hex."""
        return sha256(self.source.encode()).hexdigest()

    @property
    def is_marked(self) -> bool:
        """Say whether it tells itself what the model says."""
        return "generation %}" in self.source or "generation -%}" in self.source

    @cached_property
    def _compiled(self) -> Template:
        if len(self.source) > MOST_CHARACTERS:
            raise _broken(f"it is longer than {MOST_CHARACTERS} characters")
        environment = _environment()
        try:
            tree = environment.parse(self.source)
        except (TemplateSyntaxError, RecursionError) as error:
            line = f" in line {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
            raise _broken(f"it is no sound template{line}") from None
        if denied := denied_in(tree):
            raise _runs_code(denied)
        try:
            return environment.from_string(tree)
        except (MemoryError, RecursionError, OverflowError) as error:  # constants are computed
            raise _broken(f"it stops with {type(error).__name__}") from None

    def check(self) -> None:
        """Look the template through, without running it.

        Raises:
            ChatTemplateError: when it is broken or wants what a template must not have.
        """
        _ = self._compiled

    def render(self, messages: Sequence[Message], *, prompt: bool = False) -> Rendered:
        """Render messages.

        Args:
            messages: in order.
            prompt: whether the beginning of the model's next turn is added.

        Returns:
            The text, and the parts that the template marks as the model's.

        Raises:
            ChatTemplateError: when it cannot be rendered; no message is quoted.
        """
        said = [{"role": one.role, "content": one.content} for one in messages]
        try:
            marked = self._compiled.render(
                messages=said, add_generation_prompt=prompt, **_WORDS, **self.words
            )
        except SecurityError as error:
            raise _runs_code(str(error)) from None
        except OverflowError:
            raise _runs_code("a loop over more than 100,000 numbers") from None
        except _RefusedError:
            raise ChatTemplateError(
                "refuses-rows",
                "The chat template refuses the order or the kind of these messages.",
                do="Bring the roles into an order that the template knows, or name another one "
                "under train: causal: {template: FILE}.",
            ) from None
        except _STOPS as error:
            raise _broken(f"it stops with {type(error).__name__}") from None
        return _unmark(marked)


_WORDS: Mapping[str, Any] = {"tools": None, "documents": None}


_STOPS = (
    TemplateError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    MemoryError,
)
"""What a template that is not sound ends in while it renders."""


class _RefusedError(Exception):
    """The template itself raised an exception."""


def _environment() -> ImmutableSandboxedEnvironment:
    def refuse(_message: str = "") -> NoReturn:
        raise _RefusedError

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[_Generation, loopcontrols],
        autoescape=False,
    )
    environment.globals.clear()
    environment.globals |= {
        name: value
        for name, value in ImmutableSandboxedEnvironment().globals.items()
        if name in {"range", "dict", "namespace"}
    }
    environment.globals["raise_exception"] = refuse
    environment.filters["tojson"] = _to_json
    return environment


def _to_json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def denied_in(tree: nodes.Template) -> str:
    """Find what a template must not have, before it runs.

    Args:
        tree: the parsed template.

    Returns:
        The first such thing in plain words; empty where there is none.
    """
    outside = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
    if next(iter(tree.find_all(outside)), None) is not None:
        return "another file"
    if next(iter(tree.find_all(nodes.Pow)), None) is not None:
        return "a power of numbers, which may be computed for ever"
    for one in tree.find_all(nodes.Getattr):
        if one.attr.startswith("_"):
            return f"the attribute {one.attr!r}"
    for item in tree.find_all(nodes.Getitem):
        if _is_private(item.arg):
            return "an attribute that begins with an underscore"
    for call in tree.find_all(nodes.Filter):
        if call.name == "attr" and any(
            not isinstance(one, nodes.Const) or _is_private(one) for one in call.args
        ):
            return "an attribute by a computed name"
    return ""


def _is_private(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Const) and isinstance(node.value, str) and node.value.startswith("_")
    )


def _unmark(marked: str) -> Rendered:
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    place = begin = 0
    for piece in _split(marked):
        if piece == OPENS:
            begin = place
        elif piece == CLOSES:
            spans.append((begin, place))
        else:
            pieces.append(piece)
            place += len(piece)
    return Rendered("".join(pieces), tuple(spans))


def _split(marked: str) -> list[str]:
    found = [""]
    for at, part in enumerate(marked.split(OPENS)):
        found += [OPENS] if at else []
        for again, rest in enumerate(part.split(CLOSES)):
            found += [CLOSES, rest] if again else [rest]
    return found


def _runs_code(denied: str) -> ChatTemplateError:
    return ChatTemplateError(
        "runs-code",
        f"The chat template of the base model wants to run code: it asks for {denied}.",
        do="Do not use this base model as it is: take the template of its publisher, or name one "
        "of your own under train: causal: {template: FILE}.",
    )


def _broken(why: str) -> ChatTemplateError:
    return ChatTemplateError(
        "broken",
        f"The chat template of the base model cannot be used: {why}.",
        do="Take the template of its publisher, or name one of your own under train: causal: "
        "{template: FILE}.",
    )
