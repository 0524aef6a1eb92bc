"""The page to try a model: a form with its columns, the answer, what decided. No outside reference.

Everything that comes from bundle or reader is escaped, and the policy of content lets nothing run
but the one script beside this file.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2

    from warrant.serve.server.service import Service

_BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)


def try_page(service: Service) -> str:
    """Render the page to try the model.

    Args:
        service: says what it reads and who answers.

    Returns:
        HTML.
    """
    return _template("try.html").render(health=service.health, limits=service.limits)


def card_page(service: Service) -> str:
    """Render the card: its own page under a cover that says who approved it, or its Markdown.

    Args:
        service: with the card.

    Returns:
        HTML.
    """
    if service.card_page is None:
        return _template("card.html").render(health=service.health, card=service.card)
    cover = _template("cover.html").render(health=service.health)
    body = _BODY.search(service.card_page)
    at = body.end() if body else 0
    return service.card_page[:at] + cover + service.card_page[at:]


@cache
def styles() -> str:
    """Give the styles of the pages."""
    return (files(__name__) / "page.css").read_text("utf-8")


@cache
def script() -> str:
    """Give the script of the page."""
    return (files(__name__) / "page.js").read_text("utf-8")


@cache
def _template(name: str) -> jinja2.Template:
    import jinja2  # batches do without

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda one: (files(__name__) / one).read_text("utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
