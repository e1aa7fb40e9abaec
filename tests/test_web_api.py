"""The API: its document says what its routes do, answers come in pages with strong tags, bad questions are named."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.routing import Route
from starlette.testclient import TestClient

from storage.database import Archive
from storage.events import notice
from tests.reading_room import TODAY, fill, reader
from tests.storage_samples import MEI, Crawl, new_archive
from web.api.parameters import MOST
from web.api.table import ENDPOINTS
from web.app import make_app
from web.opening import Opening

# A text without a word in it cannot be looked for, which no schema says: its 400 is right.
LEFT_OUT: dict[str, list[Any]] = {"/api/search": [positive_data_acceptance]}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive with one of each."""
    archive = new_archive(tmp_path_factory.mktemp("api"))
    crawl = Crawl(archive)
    fill(crawl)
    notice(archive, crawl.now)
    yield archive
    archive.close()


@pytest.fixture(scope="module")
def client(held: Archive) -> TestClient:
    return reader(held)


def get(client: TestClient, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_the_document_has_every_route_and_parameter(client: TestClient) -> None:
    document = get(client, "/api/openapi.json")
    app = make_app(Opening("sqlite:///nowhere.db"))
    routes = {route.path for route in app.routes if isinstance(route, Route) and route.path.startswith("/api/")}
    assert set(document["paths"]) == routes
    for endpoint in ENDPOINTS:
        told = document["paths"][endpoint.path]["get"]["parameters"]
        assert {(one["name"], one["in"]) for one in told} == {
            (one.name, "path" if one.in_path else "query") for one in endpoint.parameters
        }
        assert set(re.findall(r"{(\w+)}", endpoint.path)) == {one.name for one in endpoint.parameters if one.in_path}


@pytest.fixture(scope="module")
def described(held: Archive) -> Any:
    """The API as schemathesis reads its document."""
    app = make_app(held, today=lambda: TODAY, hosts=["testserver"])
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


@pytest.mark.parametrize(
    ("path", "mode"),
    [(one.path, mode) for one in ENDPOINTS for mode in GenerationMode if one.parameters or mode.is_positive],
)
def test_no_question_makes_it_fail_or_answer_otherwise_than_it_says(
    described: Any, path: str, mode: GenerationMode
) -> None:
    """Questions that the document allows, and others; all checks of schemathesis."""
    operation = described[path]["GET"]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(excluded_checks=LEFT_OUT.get(path))

    ask()


def test_pages_follow_each_other_by_their_links(client: TestClient) -> None:
    first = get(client, "/api/counties?place=6103&limit=5")
    assert (first["total"], len(first["items"])) == (12, 5)
    found, following = list(first["items"]), first["next"]
    while following:
        page = get(client, following)
        found += page["items"]
        following = page["next"]
    assert found == get(client, f"/api/counties?place=610300&limit={MOST}")["items"]


def test_a_tag_is_of_the_bytes_and_saves_sending_them_again(client: TestClient) -> None:
    answer = client.get(f"/api/coverage?place={MEI}")
    tag = answer.headers["etag"]
    assert tag.startswith('"')
    for held in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get(f"/api/coverage?place={MEI}", headers={"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(f"/api/coverage?place={MEI}&from=2024", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/api/coverage?place=6x", 400, "place"),
        ("/api/coverage?place=99", 404, "place"),
        ("/api/coverage?years=2020", 400, "years"),
        ("/api/coverage?limit=5&limit=6", 400, "limit"),
        (f"/api/coverage?limit={MOST + 1}", 400, "limit"),
        ("/api/reports?state=gone", 400, "state"),
        ("/api/reports/0", 400, "document"),
        ("/api/reports/77", 404, "document"),
        ("/api/reports/1?version=9", 404, "document"),
        ("/api/counties/999999", 404, "county"),
        ("/api/indicators/no.such", 404, "code"),
        ("/api/indicators/share.granted/ranking?level=village", 400, "level"),
        ("/api/search", 400, "q"),
        ("/api/search?q=%00", 400, "q"),
        ("/api/events?since=yesterday", 400, "since"),
        ("/api/nothing", 404, None),
    ],
)
def test_a_bad_question_is_a_problem_that_names_what_is_wrong(
    client: TestClient, path: str, status: int, parameter: str | None
) -> None:
    answer = client.get(path)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem.get("parameter")) == (status, status, parameter)


def test_other_sites_may_read_what_is_public_once_it_has_a_name_of_its_own(held: Archive) -> None:
    app = make_app(held, today=lambda: TODAY, hosts=["archive.example"])
    public = TestClient(app, base_url="http://archive.example")
    allowed = "access-control-allow-origin"
    assert public.get("/api/counties").headers[allowed] == "*"
    assert allowed not in public.get("/api/status").headers
    assert allowed not in public.get("/api/events").headers
    assert allowed not in reader(held).get("/api/counties").headers


def test_a_report_has_its_figures_versions_and_the_bytes_it_was_read_from(client: TestClient) -> None:
    listed = get(client, f"/api/reports?place={MEI}&from=2024")["items"]
    assert [(one["county"], one["year"], one["state"]) for one in listed] == [(MEI, 2024, "amended")]
    shown = get(client, f"/api/reports/{listed[0]['document']}")
    assert (shown["counts"], shown["version"], len(shown["versions"])) == (True, 2, 2)
    assert shown["figures"]["review.litigation_direct.upheld"]["state"] == "blank"
    assert shown["figures"]["review.reconsideration.total"]["value"] == 4
    assert re.fullmatch(r"[0-9a-f]{64}", shown["reading"]["capture"]["payload_sha256"])
    assert shown["amendments"][0]["figures"][0]["code"] == "review.reconsideration.total"
    before = get(client, f"/api/reports/{listed[0]['document']}?version=1")
    assert before["figures"]["review.reconsideration.total"]["value"] == 3


def test_an_indicator_has_its_formula_and_the_number_of_reports_behind_it(client: TestClient) -> None:
    told = get(client, "/api/indicators/share.reconsideration_corrected?from=2024")
    assert told["formulas"][0]["numerator"] == ["review.reconsideration.corrected"]
    assert told["years"][0]["spread"]["median"] == told["all"]["pooled"] == 0.25
    lost = get(client, "/api/indicators/share.litigation_lost?from=2024")["all"]
    assert (lost["reports"], lost["numbers"], lost["spread"]) == (1, 0, None)
    rows = get(client, "/api/indicators/share.reconsideration_corrected/reports?from=2024")
    assert [(one["county"], one["numerator"], one["denominator"]) for one in rows["items"]] == [(MEI, 1, 4)]
    best = get(client, "/api/indicators/share.reconsideration_corrected/ranking?from=2024&limit=1")
    assert (best["items"][0]["name"], best["total"]) == ("陕西省", 31)
    assert best["next"] == "/api/indicators/share.reconsideration_corrected/ranking?from=2024&limit=1&offset=1"


def test_search_events_and_health_are_there_too(client: TestClient) -> None:
    assert get(client, "/api/search?q=主动公开信息")["items"][0]["county"] == MEI
    assert get(client, "/api/events")["total"] == len(get(client, "/api/events")["items"])
    assert "pid" not in get(client, "/api/status")
