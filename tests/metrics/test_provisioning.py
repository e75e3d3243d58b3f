"""The dashboard and the alerts name what the process exports, and Prometheus can read them."""

import json
import re
import shutil
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.metrics.house import whole_house
from tests.metrics.promql import grouped_by, selected
from tests.metrics.scrape import samples

ALERTS = resources.files("agent.metrics") / "prometheus/alerts.yaml"
DASHBOARD = resources.files("agent.metrics") / "grafana/understudy.json"
# What Prometheus itself adds to every sample.
BY_PROMETHEUS = frozenset({"job", "instance"})


async def exported() -> dict[str, frozenset[str]]:
    """Every series of a process that has seen one of everything, with its labels."""
    found: dict[str, frozenset[str]] = {"up": frozenset()}
    for name, labels in samples(await whole_house()):
        found[name] = found.get(name, frozenset()) | {label for label, _ in labels}
    return found


def alert_rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DASHBOARD.read_text())
    return found


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dashboard()["panels"]
    return found


def dashboard_expressions() -> list[str]:
    asked = [target["expr"] for panel in panels() for target in panel.get("targets", [])]
    return [*asked, *(marks["expr"] for marks in dashboard()["annotations"]["list"])]


async def check(expressions: list[str]) -> None:
    known = await exported()
    for expression in expressions:
        asked = selected(expression)
        assert asked, f"no metric in {expression}"
        for series in asked:
            assert series.name in known, f"{series.name} of {expression} is not exported"
            labels = known[series.name] | BY_PROMETHEUS
            assert series.labels <= labels, f"{series.name} has no such label: {expression}"
        everyone = frozenset[str]().union(*(known[series.name] for series in asked))
        assert grouped_by(expression) <= everyone | BY_PROMETHEUS, expression


async def test_alerts_ask_for_what_is_exported() -> None:
    await check([rule["expr"] for rule in alert_rules()])


async def test_panels_ask_for_what_is_exported() -> None:
    await check(dashboard_expressions())


def test_each_alert_says_what_is_wrong_and_what_to_do() -> None:
    rules = alert_rules()
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 18
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert len(rule["annotations"]["summary"]) > 20
        assert len(rule["annotations"]["remedy"]) > 20


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    ids = [panel["id"] for panel in panels()]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_latencies_are_shown_as_percentiles_and_never_as_means() -> None:
    for expression in dashboard_expressions():
        seconds = [s.name for s in selected(expression) if s.name.endswith("_seconds_sum")]
        # Time at work a second is how busy a model is.
        assert set(seconds) <= {"understudy_model_run_seconds_sum"}, expression


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_reads_the_rules_and_the_panels(tmp_path: Path) -> None:
    asked = [re.sub(r"\$__\w+", "5m", text) for text in dashboard_expressions()]
    rules = [{"record": f"panel:{number}", "expr": text} for number, text in enumerate(asked)]
    rules_file = tmp_path / "panels.yaml"
    rules_file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    with resources.as_file(ALERTS) as alerts_file:
        done = subprocess.run(
            ["promtool", "check", "rules", str(alerts_file), str(rules_file)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
