"""An investigation as one page: complete in itself, without a script; text of rows is inert in it.

It is rendered on demand and holds text of rows: whoever keeps it keeps personal data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.records.metric import METRICS
from warrant.stages.report.page import write

if TYPE_CHECKING:
    from warrant.flow.investigate.found import Investigated


def render_page(found: Investigated) -> str:
    """Write the page.

    Args:
        found: what an investigation found.

    Returns:
        HTML, complete in itself, without a script and without anything to fetch.
    """
    import jinja2  # dear to import, and only pages need it

    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("warrant.flow.investigate"),
                jinja2.PackageLoader("warrant.stages.report"),
            ]
        ),
        undefined=jinja2.StrictUndefined,
        finalize=write,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
    strongest = max((abs(one.value) for one in found.decided), default=1.0) or 1.0
    return environment.get_template("investigation.html.jinja").render(
        found=found, strongest=strongest, metrics=METRICS
    )
