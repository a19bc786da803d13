"""Files between the browser and the bucket."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from flyte.remote._transport import Response

if TYPE_CHECKING:
    from flyte.remote._transport import Request

    from .conftest import Browser, FakeBackend

PLACE = {"project": "p", "domain": "d"}
URI = "s3://b/runs/p/d/r1/a0/data/report.html"


def answers(*documents: Any) -> list[Response]:
    return [Response(200, json.dumps(document).encode()) for document in documents]


def file(size_bytes: int) -> dict[str, Any]:
    return {"kind": "file", "files": [{"path": "", "size_bytes": size_bytes, "url": "https://s3/x"}]}


def test_a_file_is_stored_and_its_value_answered(browser: Browser, backend: FakeBackend) -> None:
    upload = {"url": "https://s3/put", "headers": {}, "uri": "s3://b/uploads/p/d/0/größe.csv"}
    backend.answers = [*answers(upload), Response(200, b"", {"etag": '"e"'})]
    answer = browser.ask("PUT", "/files/gr%C3%B6%C3%9Fe.csv?project=p&domain=d", b"a,b\n")
    assert json.loads(b"".join(answer.parts)) == {"path": upload["uri"], "name": "größe.csv"}
    asked, sent = backend.asked
    assert isinstance(asked.body, bytes)
    told = json.loads(asked.body)
    assert (told["filename"], told["size_bytes"], told["project"]) == ("größe.csv", 4, "p")
    assert (sent.method, sent.url) == ("PUT", "https://s3/put")


@pytest.mark.parametrize("name", ["", ".", "..", "a%2Fb", "..%2F..%2Fetc%2Fpasswd", "a%5Cb", "a%00"])
def test_a_name_that_leads_elsewhere_is_refused(browser: Browser, backend: FakeBackend, name: str) -> None:
    assert browser.ask("PUT", f"/files/{name}?project=p&domain=d", b"x").status == 400
    assert backend.asked == []


def test_an_upload_needs_its_place_and_its_method(browser: Browser) -> None:
    assert browser.ask("PUT", "/files/a", b"x").status == 400
    assert browser.ask("POST", "/files/a?project=p&domain=d", b"x").status == 405


def test_an_upload_that_is_cut_off_stores_nothing(browser: Browser, backend: FakeBackend) -> None:
    answer = browser.ask("PUT", "/files/a?project=p&domain=d", b"x", content_length="5")
    assert answer.status == 502
    assert b"ended before" in b"".join(answer.parts)
    assert backend.asked == []


def test_a_file_is_downloaded_to_be_kept_never_to_be_shown(browser: Browser, backend: FakeBackend) -> None:
    backend.answers = [*answers(file(5)), Response(206, b"<h1>x")]
    answer = browser.get(f"/data?project=p&domain=d&uri={URI}")
    assert (b"".join(answer.parts), answer.size_bytes) == (b"<h1>x", 5)
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''report.html"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert backend.asked[1].headers["range"] == "bytes=0-4"


def test_a_report_is_shown_as_a_stranger_without_rights(browser: Browser, backend: FakeBackend) -> None:
    backend.answers = [*answers(file(5)), Response(206, b"<h1>x")]
    answer = browser.get(f"/data?as=report&project=p&domain=d&uri={URI}")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox ")
    assert "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_what_is_not_there_is_a_problem(browser: Browser, backend: FakeBackend) -> None:
    problem = {"code": "DataNotFound", "message": f"There is nothing at {URI}."}
    backend.answers = [Response(404, json.dumps(problem).encode())]
    answer = browser.get(f"/data?project=p&domain=d&uri={URI}")
    assert (answer.status, json.loads(b"".join(answer.parts))["code"]) == (404, "DataNotFound")


def test_a_folder_and_a_place_that_is_none_are_refused(browser: Browser, backend: FakeBackend) -> None:
    backend.answers = [*answers({"kind": "folder", "files": []})]
    assert browser.get(f"/data?project=p&domain=d&uri={URI}").status == 400
    assert browser.get("/data?project=..%2F..&domain=d&uri=x").status == 404
    assert len(backend.asked) == 1


def test_a_page_sees_how_far_its_upload_is(browser: Browser, backend: FakeBackend) -> None:
    """Both ways count: from the browser to here, and from here to the bucket."""
    seen: list[Any] = []

    def look() -> None:
        seen.append(json.loads(b"".join(browser.get("/uploads/u1").parts)))

    class Body(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            look()
            return super().read(min(size or 0, 2))

    send = backend.send

    def send_watched(request: Request) -> Response:
        if request.method == "PUT" and not isinstance(request.body, bytes | None):
            while request.body.read(3):
                look()
        return send(request)

    backend.send = send_watched  # type: ignore[method-assign]
    backend.answers = [*answers({"url": "https://s3/put", "headers": {}, "uri": "s3://b/k"}), Response(200, b"", {})]
    answer = browser.ask("PUT", "/files/a?project=p&domain=d&upload=u1", Body(b"abcd"))
    assert answer.status == 200
    assert seen == [{"moved_bytes": moved, "size_bytes": 8} for moved in (0, 2, 7, 8)]
    assert browser.get("/uploads/u1").status == 404


def test_others_see_no_upload(browser: Browser) -> None:
    assert browser.get("/uploads/u1", cookie="flyte_console_30090=guessed").status == 401
