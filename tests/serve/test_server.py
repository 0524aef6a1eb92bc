from __future__ import annotations

import json
from typing import Any

import pytest

from tests.serve.asking import CARD, ask, limited, predict, service
from tests.serve.bench import LEASE, SERVED, Prices
from warrant.models import InputColumn
from warrant.serve import Answer, Answerer, Nearest

JSON = {"content-type": "application/json"}


def test_rows_come_back_as_answers_of_a_named_model_that_nobody_logs() -> None:
    found = predict(service(), [{"text": LEASE, "id": 7}, {"text": None}])
    assert found["model"]["digest"] == SERVED.digest
    assert found["model"]["approval"] == "Approval: none."
    assert (found["notice"], found["log"]) == ("exploration: not for decisions", "not logged")
    lease, nothing = found["answers"]
    assert (lease["answer"], lease["labels"], lease["abstained"]) == ("Lease", ["Lease"], False)
    assert lease["probabilities"] == {"Lease": lease["probability"]}
    assert lease["deciding_words"] == [
        {"label": "Lease", "column": "text", "kind": "word", "term": "lease", "weight": 2.0}
    ]
    assert (nothing["answer"], nothing["labels"], nothing["abstained"]) == (None, [], True)
    assert nothing["why"] == [{"doubt": "missing", "column": "text", "words": "'text' is empty"}]


def test_what_a_model_leans_to_is_no_answer() -> None:
    prices = service(Answerer(Prices(), SERVED))  # type: ignore[arg-type]
    small, large = predict(prices, [{"size": 12}, {"size": "400"}])["answers"]
    assert (small["answer"], small["leans_to"], small["out_of_range"]) == (25.0, None, [])
    assert (large["answer"], large["leans_to"], large["out_of_range"]) == (None, 801.0, ["size"])


def test_the_nearest_training_row_is_named_where_it_is_known() -> None:
    class Always:
        def nearest(self, columns):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return [Nearest("a.txt", 0.25) for _ in columns["text"]]

    asked = service(Answerer(service().answerer.model, SERVED, neighbours=Always()))
    (one,) = predict(asked, [{"text": LEASE}])["answers"]
    assert one["nearest"] == {"path": "a.txt", "similarity": 0.25}


def test_health_says_who_answers_and_what_it_reads() -> None:
    found = ask(service(), "GET", "/health").json()
    assert (found["status"], found["log"]) == ("ready", "not logged")
    assert found["model"]["verified"] == "holds, signed by Dana Demo (fictional)"
    assert found["columns"] == [{"name": "text", "read_as": "text", "unit": None}]


@pytest.mark.parametrize(
    ("status", "code", "detail", "request_"),
    [
        (400, "no-json", "The body is no JSON: line 1, column 2: ", {"content": b"{"}),
        (400, "no-json", "or the nesting too deep", {"content": b'{"rows": [{"text": NaN}]}'}),
        (400, "no-json", "or the nesting too deep", {"content": b"[" * 99_999}),
        (400, "no-utf-8", "The body is no UTF-8: byte 0 does", {"content": b"\xff\xfe"}),
        (422, "other-shape", "The body is no JSON object.", {"content": b"[]"}),
        (422, "other-shape", "'rows' is missing.", {"content": b"{}"}),
        (422, "other-shape", "'rows' has no row.", {"content": b'{"rows": []}'}),
        (422, "other-shape", "'rows[0]' has another type than", {"content": b'{"rows": ["x"]}'}),
        (422, "other-shape", "'row' is unknown.", {"content": b'{"rows": [{}], "row": 1}'}),
        (
            422,
            "missing-column",
            "'text', which the model reads",
            {"content": b'{"rows":[{"a":1}]}'},
        ),
        (
            413,
            "too-many-rows",
            "has 4 rows; one may have 3",
            {"content": b'{"rows":[{},{},{},{}]}'},
        ),
        (413, "too-long", "is longer than 200,000 bytes", {"content": b" " * 200_001}),
        (415, "no-json", "is not marked as JSON", {"headers": {"content-type": "text/plain"}}),
        (421, "other-host", "is for another host", {"headers": JSON | {"host": "evil.example"}}),
        (421, "other-host", "is for another host", {"headers": JSON | {"host": "[x"}}),
        (
            403,
            "other-origin",
            "another site",
            {"headers": JSON | {"origin": "http://evil.example"}},
        ),
    ],
)
def test_what_is_not_answered_says_why_and_what_to_do(
    status: int, code: str, detail: str, request_: dict[str, Any]
) -> None:
    asked = limited(rows=3, body_bytes=200_000)
    found = ask(asked, "POST", "/v1/predict", **{"content": b"{}", "headers": JSON} | request_)
    assert found.headers["content-type"] == "application/problem+json"
    problem = found.json()
    assert problem["status"] == found.status_code == status
    assert problem["type"] == f"urn:x-warrant:problem:{code}"
    assert detail in problem["detail"]
    assert problem["do"]
    assert asked.tally.rows == 0


def test_a_body_without_a_length_is_counted_as_it_comes() -> None:
    async def parts():  # type: ignore[no-untyped-def]  # noqa: ANN202
        for _ in range(10):
            yield b" " * 100

    found = ask(limited(body_bytes=500), "POST", "/v1/predict", content=parts(), headers=JSON)
    assert (found.status_code, found.json()["do"]) == (
        413,
        "Send fewer rows at a time, or run: warrant predict",
    )


def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    async def parts():  # type: ignore[no-untyped-def]  # noqa: ANN202
        import asyncio

        yield b"{"
        await asyncio.sleep(5)

    found = ask(limited(time_s=0.05), "POST", "/v1/predict", content=parts(), headers=JSON)
    assert found.status_code == 408
    assert found.json()["detail"] == "The body did not arrive within 0.05 seconds."


def test_rows_that_take_too_long_are_given_up() -> None:
    asked = limited(time_s=1e-9)
    assert asked.turn.acquire()
    body = {"rows": [{"text": LEASE}]}
    for _ in range(2):
        found = ask(asked, "POST", "/v1/predict", content=json.dumps(body), headers=JSON)
        assert found.status_code in {408, 503}
    asked = limited(time_s=0.5)
    assert asked.turn.acquire()
    found = ask(asked, "POST", "/v1/predict", json=body)
    assert found.status_code == 503
    assert found.headers["retry-after"] == "1"
    assert "could not be answered within 0.5 seconds" in found.json()["detail"]


def test_more_requests_than_may_wait_are_sent_away() -> None:
    found = ask(limited(waiting=0), "POST", "/v1/predict", json={"rows": [{"text": "x"}]})
    assert found.status_code == 503
    assert found.json()["type"] == "urn:x-warrant:problem:busy"


@pytest.mark.parametrize(
    ("method", "path", "status", "do"),
    [
        ("GET", "/nothing", 404, "See what there is: /openapi.json"),
        ("GET", "/v1/predict", 405, "Rows go to /v1/predict with POST; all else is read with GET."),
        ("POST", "/health", 405, "Rows go to /v1/predict with POST; all else is read with GET."),
    ],
)
def test_a_path_that_is_none_is_a_problem_too(method: str, path: str, status: int, do: str) -> None:
    found = ask(service(), method, path)
    assert (found.status_code, found.json()["do"]) == (status, do)


def test_a_mistake_of_ours_tells_its_place_and_no_cell(capsys: pytest.CaptureFixture[str]) -> None:
    class Broken(Answerer):
        def answer(self, rows: Any) -> list[Answer]:  # noqa: ANN401
            raise RuntimeError(rows)

    asked = service(Broken(service().answerer.model, SERVED))
    found = ask(asked, "POST", "/v1/predict", json={"rows": [{"text": "secret"}]})
    told = capsys.readouterr().err
    assert found.status_code == 500
    assert "secret" not in found.text + told
    assert "A mistake of this program: RuntimeError at " in told


def test_the_card_comes_as_its_asker_accepts_it() -> None:
    plain = ask(service(), "GET", "/card")
    assert (plain.text, plain.headers["content-type"][:13]) == (CARD, "text/markdown")
    html = {"accept": "text/html,*/*"}
    framed = ask(service(), "GET", "/card", headers=html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in framed.text
    assert "<script>alert" not in framed.text
    start, end = '<html><body class="a">', "<h1>Card</h1></body></html>"
    own = ask(service(card_page=start + end), "GET", "/card", headers=html)
    assert own.text.startswith(start)
    assert own.text.endswith(end)
    cover = own.text.removeprefix(start).removesuffix(end)
    for told in (SERVED.notice, SERVED.verified, "approval: none.", "Not logged."):
        assert told in cover
    assert "script-src" not in own.headers["content-security-policy"]
    assert "default-src 'none'" in own.headers["content-security-policy"]


def test_the_page_has_a_field_for_each_column_and_refers_to_nothing_outside() -> None:
    class Mixed(Prices):
        inputs = ("size", 'note"><script>', "day", "branch")
        reads = (
            InputColumn("size", "number", "m2"),
            InputColumn('note"><script>', "text"),
            InputColumn("day", "date"),
            InputColumn("branch", "category"),
        )

    asked = service(Answerer(Mixed(), SERVED))  # type: ignore[arg-type]
    page = ask(asked, "GET", "/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.text.count("data-column=") == 4
    assert "<textarea" in page.text
    assert "in m2" in page.text
    assert "<script>" not in page.text
    assert "exploration: not for decisions" in page.text
    assert "Not logged." in page.text
    whole = page.text + ask(asked, "GET", "/page.js").text + ask(asked, "GET", "/page.css").text
    assert "https://" not in whole
    assert whole.count("http://") == whole.count("http://127.0.0.1")
    assert ask(asked, "GET", "/page.js").headers["content-type"].startswith("text/javascript")
    assert ask(asked, "GET", "/page.css").headers["content-type"].startswith("text/css")
