from tests.metrics.promql import Selected, grouped_by, selected


def test_metrics_are_told_from_functions_labels_and_durations() -> None:
    text = (
        'histogram_quantile(0.95, sum by (le, stage) (rate(wait_bucket{stage=~"a|b"}[5m])))'
        " and increase(calls_total[1h] offset 1w) > 5 or up == 0"
    )
    assert selected(text) == (
        Selected("wait_bucket", frozenset({"stage"})),
        Selected("calls_total", frozenset()),
        Selected("up", frozenset()),
    )
    assert grouped_by(text) == {"le", "stage"}
