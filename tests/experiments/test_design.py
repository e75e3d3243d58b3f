"""Who gets which variant."""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from scipy import stats

from agent.dialogue.snapshot import PlaybookIdentity
from agent.experiments.design import Design, design
from agent.experiments.settings import ExperimentSettings
from agent.records.records import Assignment
from agent.turns.settings import TurnSettings

OLD = PlaybookIdentity("desk", "1", "aa" * 32)
NEW = PlaybookIdentity("desk", "2", "bb" * 32)
VARIANTS: dict[str, Any] = {"old": {}, "new": {"playbook": "new.yaml"}}


def designed(
    *, new: PlaybookIdentity = NEW, turns: TurnSettings | None = None, **values: Any
) -> Design:
    settings = ExperimentSettings.model_validate({"name": "x", "variants": VARIANTS, **values})
    books = {name: new if name == "new" else OLD for name in settings.variants}
    return design(settings, turns or TurnSettings(), books, OLD, frozenset({"sale"}))


def number(n: int) -> str:
    return f"+4477009{n:05}"


def variants(of: Design, callers: int) -> list[str]:
    return [of.assign(number(n), "1.1").variant for n in range(callers)]


def test_callers_are_shared_out_by_weight() -> None:
    weighted = {"old": {"weight": 3}, "new": {"weight": 1, "playbook": "new.yaml"}}
    counts = Counter(variants(designed(variants=weighted, holdout=0.2), 20_000))
    expected = {"holdout": 4000, "old": 12_000, "new": 4000}
    seen = [counts[name] for name in expected]
    assert stats.chisquare(seen, list(expected.values())).pvalue > 0.01


def test_neighbouring_numbers_are_shared_out_as_if_by_lot() -> None:
    given = variants(designed(), 20_000)
    pairs = Counter(pairwise(given))
    assert stats.chisquare(list(pairs.values())).pvalue > 0.01


def test_a_caller_has_the_same_variant_however_the_number_is_written() -> None:
    of = designed()
    written = ("+44 7700 900123", "0044 7700 900123", "+44-7700-900-123")
    found = {(a.variant, a.unit) for a in (of.assign(one, "1.1") for one in written)}
    assert len(found) == 1
    assert "7700" not in found.pop()[1]


def test_the_shares_are_those_of_every_process_and_version() -> None:
    """A changed hash would move callers between variants in the middle of an experiment."""
    assert "".join(name[0] for name in variants(designed(), 12)) == "nnnnooonnnoo"


@pytest.mark.parametrize("withheld", ["", "anonymous"])
def test_who_withholds_the_number_is_known_by_the_channel(withheld: str) -> None:
    of = designed()
    assert of.assign(withheld, "1.1") == of.assign(withheld, "1.1")
    assert of.assign(withheld, "1.1").unit != of.assign(withheld, "1.2").unit
    assert len({of.assign(withheld, f"1.{n}").variant for n in range(20)}) == 2


def test_another_salt_shares_callers_out_independently() -> None:
    first, second = variants(designed(), 8000), variants(designed(salt="y"), 8000)
    table = Counter(zip(first, second, strict=True))
    assert stats.chisquare(list(table.values())).pvalue > 0.01


def test_a_changed_weight_moves_as_few_callers_as_possible() -> None:
    more = {"old": {"weight": 1}, "new": {"weight": 3, "playbook": "new.yaml"}}
    before, after = variants(designed(), 4000), variants(designed(variants=more), 4000)
    moved = Counter(zip(before, after, strict=True))
    assert moved["new", "old"] == 0
    assert 800 < moved["old", "new"] < 1200


def test_the_order_in_the_file_means_nothing() -> None:
    turned = dict(reversed(VARIANTS.items()))
    assert designed(variants=turned).revision == designed().revision
    assert variants(designed(variants=turned), 50) == variants(designed(), 50)


@pytest.mark.parametrize(
    "changed",
    [
        {"variants": {"old": {"weight": 2}, "new": {"playbook": "new.yaml"}}},
        {"variants": {**VARIANTS, "third": {"turns": {"vad_threshold": 0.6}}}},
        {"holdout": 0.1},
        {"salt": "y"},
        {"success": ("sale", "callback")},
        {"smallest_effect": 0.1},
        {"new": PlaybookIdentity("desk", "2", "cc" * 32)},
        {"turns": TurnSettings(vad_threshold=0.6)},
    ],
)
def test_whatever_changes_is_another_revision(changed: dict[str, Any]) -> None:
    assert designed(**changed).revision != designed().revision


def test_what_is_recorded_says_what_was_planned() -> None:
    assigned = designed().assign(number(1), "1.1")
    assert isinstance(assigned, Assignment)
    plan = assigned.definition
    assert (plan["control"], plan["success"]) == ("old", ["sale"])
    assert plan["variants"]["new"]["playbook"] == list(NEW)
