"""Many check-ins at once, all or none."""


def test_a_batch_answers_one_result_a_row_in_their_order(installation, world, admin, reader):
    first, second = world.key_result(), world.key_result(metric={"kind": "increase", "relative": "0.2"})
    before = installation.head
    rows = [
        {"key_result_id": second, "value": 5, "note": "The baseline"},
        {"key_result_id": first, "value": 1},
        {"key_result_id": second, "value": 6, "confidence": "0.9"},
    ]
    answer = admin.post("/v1/check-ins/batch", {"check_ins": rows})
    assert answer.status_code == 201
    assert answer.json["position"] == before + 4 == installation.head
    fields = [(each["key_result_id"], each["value"], each["note"]) for each in answer.json["items"]]
    assert fields == [(second, "5", "The baseline"), (first, "1", None), (second, "6", None)]
    for each in answer.json["items"]:
        assert reader.get(f"/v1/check-ins/{each['id']}").json == each
    assert reader.get(f"/v1/key-results/{second}").json["progress"]["value"] == "1"


def test_a_batch_is_recorded_whole_or_not_at_all(installation, world, admin):
    before = installation.head
    key_result, cancelled = world.key_result(), world.key_result()
    admin.post(f"/v1/key-results/{cancelled}/cancellation", {"reason": "x"})
    head = installation.head
    good = {"key_result_id": key_result, "value": 1}
    for row, status, where in (
        ({"key_result_id": world["build"], "value": 1}, 422, "/check_ins/1/key_result_id"),
        ({"key_result_id": key_result}, 422, "/check_ins/1"),
        ({"key_result_id": key_result, "status": "fine"}, 422, "/check_ins/1/status"),
        ({"key_result_id": key_result, "value": 1, "reason": "Its own"}, 422, "/check_ins/1/reason"),
        ({"key_result_id": cancelled, "value": 1}, 409, None),
    ):
        refused = admin.post("/v1/check-ins/batch", {"check_ins": [good, row]})
        assert refused.status_code == status, refused.text
        assert where in [error["pointer"] for error in refused.json.get("errors", [{"pointer": None}])]
        assert "/check_ins/1" in refused.json["detail"] or where
    assert installation.head == head > before


def test_a_batch_has_1_to_500_rows(installation, world, admin):
    row = {"key_result_id": world["launch"], "value": 1}
    for rows in ([], [row] * 501):
        refused = admin.post("/v1/check-ins/batch", {"check_ins": rows})
        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/check_ins")
    before = installation.head
    answer = admin.post("/v1/check-ins/batch", {"check_ins": [row] * 500, "reason": "The week's import"})
    assert (answer.status_code, len(answer.json["items"]), installation.head) == (201, 500, before + 500)
