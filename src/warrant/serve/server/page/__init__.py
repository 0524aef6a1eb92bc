"""The page to try a model: a form with its columns, the answer, what decided. No outside reference.

Everything that comes from bundle or reader is escaped, and the policy of content lets nothing run
but the one script beside this file.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2

    from warrant.serve.server.service import Service


def try_page(service: Service) -> str:
    """Render the page to try the model.

    Args:
        service: says what it reads and who answers.

    Returns:
        HTML.
    """
    return _template("try.html").render(health=service.health, limits=service.limits)


def card_page(service: Service) -> str:
    """Render a card that has no page of its own: its Markdown as it is.

    Args:
        service: with the card.

    Returns:
        HTML.
    """
    return _template("card.html").render(health=service.health, card=service.card)


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
