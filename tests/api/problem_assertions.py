"""Assertions about problems (RFC 9457)."""

from werkzeug.test import TestResponse


def assert_problem(response: TestResponse, status: int, code: str) -> None:
    """Assert that the response is a problem with this status and code, and shows no internals."""
    assert_problem_form(response)
    assert not [word for word in ("Traceback", "SELECT", "INSERT", "sqlite", "psycopg") if word in response.text]
    assert (response.status_code, response.json["type"]) == (status, f"urn:okr-events:problem:{code}")


def assert_problem_form(response: TestResponse) -> None:
    assert response.content_type == "application/problem+json", response.text
    problem = response.json
    assert problem["status"] == response.status_code
    assert problem["type"].startswith("urn:okr-events:problem:")
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == response.request.path
    assert response.status_code == 404 or ("errors" in problem) == (response.status_code == 422)
    for error in problem.get("errors", []):
        (place,) = error.keys() - {"code", "detail"}
        assert place in {"pointer", "parameter", "header"}
        assert place != "pointer" or error["pointer"] == "" or error["pointer"].startswith("/")
        assert error["code"]
        assert error["detail"]
    assert ("Retry-After" in response.headers) == (response.status_code == 503)


def broken_rule(response: TestResponse) -> tuple[int, str]:
    """The status and the code of a problem."""
    return response.status_code, response.json["type"].rpartition(":")[2]
