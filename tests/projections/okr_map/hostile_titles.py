"""Titles with markup, control characters, marks of direction, scripts of all directions and very long words."""

from typing import Any

from tests.projections.okr_map.graph_answers import build_answer, increasing_metric, key_result, link, objective, priority, unit

ENDLESS_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 9
MARKUP = ']]> <svg onload="alert(1)"> &amp; \x00\x08\n\x1f \ud800 \ufffe -- %%{init: {}}%% # " ` \\ end'
HIDDEN = "\u202eevil\u202c \u200b\ufeffzero\u200bwidth\u2066 Z\u0337\u0321\u0322\u031b\u034d\u033c\u0332\u0319a\u0338l\u0334go"
ARABIC = "قيادة السوق في التكنولوجيا المتقدمة مع شركائنا في جميع أنحاء العالم"
HEBREW = "הגדלת נתח השוק ל-20% עד סוף השנה הפיסקלית"
JAPANESE = "二つの新製品を発売する、そして顧客満足度を九十パーセント以上に保つことを目指す"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467 family \U0001f680\U0001f680 rockets"


def hostile_answer() -> dict[str, Any]:
    numbers = increasing_metric("0.0000000000000000000000000001", "12345678901234567890", "<script>alert(1)</script>")
    return build_answer(
        units=[
            unit("c", "تقنية الابتكارات", "company", vision='<b>רק</b> & "quotes"'),
            unit("t", "A team with a name that goes on and on and never seems to end", "team", "c"),
            unit("x", HEBREW, "team", "c"),
        ],
        priorities=[priority("p", "W" * 500, "customer", description="M" * 2000)],
        objectives=[
            objective("a", ARABIC, "c", "0.5", key_result("k1", HEBREW, "0.2"), key_result("k2", JAPANESE, "0.9")),
            objective("b", ENDLESS_WORD, "t", "1", key_result("k3", "x" * 500, "0.1", "off_track", metric=numbers)),
            objective("d", MARKUP, "x", None, key_result("k4", FAMILY, "0.4", "outdated")),
            objective("e", "\u200b", "x", "0.123", key_result("k5", "", "0.004", "pending")),
            objective("f", HIDDEN, "unknown", None),
        ],
        alignments=[
            link("b", "a"),
            link("d", "k1", "explicit", weight="1234567890.12345"),
            link("a", "p", "strategic"),
            link("e", "a", "directional"),
        ],
    )
