"""The form of a problem (RFC 9457)."""

from werkzeug.test import TestResponse


def assert_problem(answer: TestResponse, status: int, rule: str) -> None:
    """Check a problem's form, status and code."""
    assert_problem_form(answer)
    assert not [word for word in ("Traceback", "SELECT", "INSERT", "sqlite", "psycopg") if word in answer.text]
    assert (answer.status_code, answer.json["type"]) == (status, f"urn:okr-events:problem:{rule}")


def assert_problem_form(answer: TestResponse) -> None:
    assert answer.content_type == "application/problem+json", answer.text
    problem = answer.json
    assert problem["status"] == answer.status_code
    assert problem["type"].startswith("urn:okr-events:problem:")
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == answer.request.path
    assert ("errors" in problem) == (answer.status_code == 422)
    for error in problem.get("errors", []):
        assert error.keys() == {"pointer", "code", "detail"}
        assert error["pointer"] == "" or error["pointer"].startswith("/")
        assert error["code"]
        assert error["detail"]
    assert ("Retry-After" in answer.headers) == (answer.status_code == 503)


def broken_rule(answer: TestResponse) -> tuple[int, str]:
    """The status and the code of a problem."""
    return answer.status_code, answer.json["type"].rpartition(":")[2]
