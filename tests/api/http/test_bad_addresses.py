"""Whatever address is asked, by whomever: an answer or a problem, never a server error."""

import re
from urllib.parse import urlencode

import pytest
from hypothesis import strategies as st

from tests.api.malformed_input import DAYS, HEADERS, IDS, INSTANTS, LATIN, TEXTS, WORDS, tried
from tests.api.organisation import READ
from tests.api.problem_assertions import check_form

pytestmark = pytest.mark.slow

QUERIES = (
    *("as_of", "effective_on", "limit", "after", "cycle", "unit", "owner", "state", "health", "focus", "root", "depth"),
    *("size", "position", "from", "to", "type", "subject", "actor", "since", "until"),
)
NUMBERS = ("-1", "0", "1", "200", "201", str(2**62), str(2**70), "1e3", "1.0", "9" * 5000)
VALUES = st.sampled_from([*INSTANTS, *DAYS, *IDS, *NUMBERS, *WORDS, "all", "graph", "closed"]) | TEXTS


def test_no_query_breaks_a_read(scratch):
    ids = re.compile(r"<uuid:(\w+)>")
    rules = [rule.rule for rule in scratch.at.app.url_map.iter_rules() if "GET" in rule.methods and rule.rule.startswith("/v1")]
    paths = [ids.sub(lambda found: scratch[READ[found[1]]], rule) for rule in rules if set(ids.findall(rule)) <= READ.keys()]

    def nothing_breaks(drawn):
        path, query, environ = drawn
        named = {"HTTP_AUTHORIZATION": f"Bearer {scratch.admin.token}", **environ}
        address = f"{path}?{urlencode(query, errors='surrogatepass')}"
        answer = scratch.admin.client.get(address, environ_overrides=named)
        assert answer.status_code in {200, 304, 404, 406, 422}, answer.text
        if answer.status_code >= 400:
            check_form(answer)

    queries = st.dictionaries(st.sampled_from(QUERIES) | TEXTS, VALUES, max_size=3)
    fuzzed = st.tuples(st.sampled_from(paths), queries, st.just({}) | HEADERS)
    tried(fuzzed, nothing_breaks, examples=250 if scratch.at.engine == "sqlite" else 80)


def test_no_address_and_no_token_breaks_anything(scratch):
    methods = st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "TRACE", "PROPFIND"])
    addresses = st.sampled_from(["/", "/v1/", "/v1/units/", "/v1/units/%00", "/docs/../../x", "//", "/v1/check-ins/batch"])

    def nothing_breaks(drawn):
        method, path, more, query, token = drawn
        environ = {"PATH_INFO": path + more, "QUERY_STRING": query, "HTTP_AUTHORIZATION": token}
        answer = scratch.admin.client.open(method=method, environ_overrides=environ)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400 and method != "HEAD":
            check_form(answer)

    tokens = LATIN | st.just(f"Bearer {scratch.admin.token}")
    tried(st.tuples(methods, addresses, LATIN, LATIN, tokens), nothing_breaks, examples=150)
