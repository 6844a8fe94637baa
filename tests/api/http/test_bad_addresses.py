"""Any URL, sent by any caller, gets a response or a problem, never a server error."""

import re
from urllib.parse import urlencode

import pytest
from hypothesis import strategies as st

from tests.api.malformed_input import DAYS, HEADERS, IDS, INSTANTS, LATIN_TEXTS, TEXTS, WORDS, run_examples
from tests.api.organisation import READ_ARGUMENTS
from tests.api.problem_assertions import assert_problem_form

pytestmark = pytest.mark.slow

QUERIES = (
    *("as_of", "effective_on", "limit", "after", "cycle", "unit", "owner", "state", "health", "focus", "root", "depth"),
    *("size", "position", "from", "to", "type", "subject", "actor", "since", "until"),
)
NUMBERS = ("-1", "0", "1", "200", "201", str(2**62), str(2**70), "1e3", "1.0", "9" * 5000)
VALUES = st.sampled_from([*INSTANTS, *DAYS, *IDS, *NUMBERS, *WORDS, "all", "graph", "closed"]) | TEXTS


def test_no_query_breaks_a_read(module_world):
    ids = re.compile(r"<uuid:(\w+)>")
    rules = [
        rule.rule
        for rule in module_world.installation.app.url_map.iter_rules()
        if "GET" in rule.methods and rule.rule.startswith("/v1")
    ]
    paths = [
        ids.sub(lambda found: module_world[READ_ARGUMENTS[found[1]]], rule)
        for rule in rules
        if set(ids.findall(rule)) <= READ_ARGUMENTS.keys()
    ]

    def nothing_breaks(drawn):
        path, query, environ = drawn
        named = {"HTTP_AUTHORIZATION": f"Bearer {module_world.admin.token}", **environ}
        address = f"{path}?{urlencode(query, errors='surrogatepass')}"
        answer = module_world.admin.client.get(address, environ_overrides=named)
        assert answer.status_code in {200, 304, 404, 406, 422}, answer.text
        if answer.status_code >= 400:
            assert_problem_form(answer)

    queries = st.dictionaries(st.sampled_from(QUERIES) | TEXTS, VALUES, max_size=3)
    fuzzed = st.tuples(st.sampled_from(paths), queries, st.just({}) | HEADERS)
    run_examples(fuzzed, nothing_breaks, examples=250 if module_world.installation.engine == "sqlite" else 80)


def test_no_address_and_no_token_breaks_anything(module_world):
    methods = st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "TRACE", "PROPFIND"])
    addresses = st.sampled_from(["/", "/v1/", "/v1/units/", "/v1/units/%00", "/docs/../../x", "//", "/v1/check-ins/batch"])

    def nothing_breaks(drawn):
        method, path, more, query, token = drawn
        environ = {"PATH_INFO": path + more, "QUERY_STRING": query, "HTTP_AUTHORIZATION": token}
        answer = module_world.admin.client.open(method=method, environ_overrides=environ)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400 and method != "HEAD":
            assert_problem_form(answer)

    tokens = LATIN_TEXTS | st.just(f"Bearer {module_world.admin.token}")
    run_examples(st.tuples(methods, addresses, LATIN_TEXTS, LATIN_TEXTS, tokens), nothing_breaks, examples=150)
