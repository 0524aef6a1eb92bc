"""What is said when a request cannot be answered: problem+json, with the act that helps.

Source: RFC 9457.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http import HTTPStatus

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """A request that is not answered.

    Args:
        code: short name of the fault; ends the type, a URN.
        status: of HTTP.
        detail: what is wrong; quotes no cell.
        do: the act that helps.
    """

    def __init__(self, code: str, status: HTTPStatus, detail: str, do: str) -> None:
        super().__init__(code, status, detail, do)
        self.code = code
        self.status = status
        self.detail = detail
        self.do = do

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        """Give the answer that says so.

        Args:
            headers: to send along.

        Returns:
            The problem as JSON.
        """
        told = {
            "type": f"urn:x-warrant:problem:{self.code}",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "do": self.do,
        }
        content = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        return Response(content, self.status, headers, MEDIA_TYPE)
