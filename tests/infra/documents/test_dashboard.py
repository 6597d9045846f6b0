from infra.documents import dashboard

NAT = [("nat-1", "ap-northeast-1a"), ("nat-2", "ap-northeast-1c")]
SHARED = dashboard.Shared("ap-northeast-1", "dev", NAT, {"public": "app/p/1", "internal": "app/i/2"})


def test_the_bytes_of_every_nat_gateway_are_summed_in_each_direction():
    rows = [widget["properties"] for widget in dashboard.body(SHARED)["widgets"] if widget["y"] == 0]

    assert {line[1] for row in rows for line in row["metrics"]} == {
        "BytesOutToDestination",
        "BytesInFromDestination",
        "BytesInFromSource",
        "BytesOutToSource",
    }
    assert all(row["stat"] == "Sum" for row in rows)
    assert all([line[3] for line in row["metrics"]] == ["nat-1", "nat-2"] for row in rows)


def test_each_nat_gateway_is_told_from_the_others_also_in_trouble():
    below = [widget["properties"] for widget in dashboard.body(SHARED)["widgets"] if widget["y"] == 6]

    assert {row["metrics"][0][1]: row["stat"] for row in below} == {
        "ErrorPortAllocation": "Maximum",
        "PacketsDropCount": "Sum",
        "ActiveConnectionCount": "Maximum",
    }
    assert [[line[3], line[4]["label"]] for line in below[0]["metrics"]] == [
        ["nat-1", "ap-northeast-1a"],
        ["nat-2", "ap-northeast-1c"],
    ]


def test_without_a_nat_gateway_a_sentence_stands_there():
    shared = dashboard.Shared("ap-northeast-1", "dev", [], {"public": "app/p/1"})
    first = dashboard.body(shared)["widgets"][0]
    assert first["type"] == "text"
    assert "NAT" in first["properties"]["markdown"]


def test_widgets_fill_rows_of_24_columns_without_overlap():
    widgets = dashboard.body(SHARED)["widgets"]
    cells = [
        (column, row)
        for widget in widgets
        for column in range(widget["x"], widget["x"] + widget["width"])
        for row in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(cells) == len(set(cells)) == 24 * 24
