"""What a report concludes, and what it does not."""

import json
from pathlib import Path

import pytest

from agent.evaluation.blindtest.collect import collect
from agent.evaluation.blindtest.findings import Findings, find, shown
from agent.evaluation.blindtest.kit import Key, Kit
from agent.evaluation.blindtest.report_page import page
from agent.evaluation.blindtest.told import as_json, notes, verdict
from tests.evaluation.blindtest.kits import Scorer, answer, arms, careful, kit_at

PAIRS = 36


@pytest.fixture(scope="module")
def test(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Kit, Key]:
    folder = tmp_path_factory.mktemp("blind") / "test"
    return folder, *kit_at(folder, PAIRS)


def found(test: tuple[Path, Kit, Key], scores: Scorer, knows: float = 0.5) -> Findings:
    """`knows`: the share of items whose arm raters guess rightly."""
    folder, kit, key = test
    whose = arms(key)
    right = {item.id for at, item in enumerate(kit.items) if at < knows * len(kit.items)}
    names = {"human": "human", "agent": "ai"}

    def guess(item: str) -> str:
        said = names[whose[item]]
        return said if item in right else {"ai": "human", "human": "ai"}[said]

    answer(kit, folder, scores, guess)
    return find(kit, key, collect(folder).ratings)


def test_an_agent_that_is_worse_on_objections_is_told_to_be(test: tuple[Path, Kit, Key]) -> None:
    findings = found(test, careful(test[2], agent_objections=0.3))
    whole = findings.against[0]
    by_group = {one.group: one for one in whole.groups}
    worse = by_group["objections"].difference
    # Raters who see 85 of 100 scores as they are, and 1 else, halve no more than a fifth of 0.3.
    assert -0.36 < worse.change < -0.15
    assert worse.p < 0.001
    assert by_group["objections"].at_worst < worse.change
    told = verdict(findings)
    assert told[0].startswith("Objections (primary): the agent is worse: ")
    assert (whole.pairs, whole.clusters) == (PAIRS, 12)
    assert sum(one.pairs for one in findings.against[1:]) == PAIRS
    assert [one.whom for one in findings.against] == ["all people", "top people", "middle people"]
    for group in ("introduction", "closing", "product", "drive"):
        assert by_group[group].difference.p_holm > 0.05


def test_the_same_agent_is_not_worse_where_that_was_asked(test: tuple[Path, Kit, Key]) -> None:
    key = test[2]
    equal = careful(key, agent_objections=0.6)
    values: dict[tuple[str, str], int] = {}

    def same(rater: str, item: str, criterion: str) -> int:
        pair = next(p.number for p in key.pairs if item in (p.calls[0].item, p.calls[1].item))
        return values.setdefault((str(pair), criterion), equal(rater, item, criterion))

    told = " ".join(verdict(found(test, same)))
    assert "Introduction: no difference is shown" in told
    assert told.count("That it is worse by less than 0.10, if at all, is shown") == 2


def test_raters_who_disagree_on_everything_conclude_nothing(test: tuple[Path, Kit, Key]) -> None:
    seen = careful(test[2], agent_objections=0.1)

    def contrary(rater: str, item: str, criterion: str) -> int:
        return seen(rater, item, criterion) if rater == "ann" else 2 - seen(rater, item, criterion)

    findings = found(test, contrary)
    assert not findings.raters_agree
    told = " ".join(verdict(findings))
    assert "The raters do not agree (kappa -0." in told
    assert "no conclusion is drawn" in told
    assert "the agent is" not in told
    assert as_json(findings)["conclusions"] == {}
    assert "do not agree" in page(findings)


def test_scores_that_never_differ_tell_nothing_of_agreement(test: tuple[Path, Kit, Key]) -> None:
    told = verdict(found(test, lambda rater, item, criterion: 2))
    assert told[0].startswith("Whether the raters agree can't be told")


def test_a_group_that_raters_do_not_agree_on_is_not_concluded(test: tuple[Path, Kit, Key]) -> None:
    seen = careful(test[2], agent_objections=0.1)

    def unsure(rater: str, item: str, criterion: str) -> int:
        score = seen(rater, item, criterion)
        return 2 - score if rater == "ben" and criterion.startswith("D") else score

    told = " ".join(verdict(found(test, unsure)))
    assert "Objections (primary): no conclusion, since the raters do not agree on it" in told
    assert "Product: no difference is shown" in told
    assert "Against top people" not in told


def test_raters_who_can_tell_are_told_of_and_scores_are_split(test: tuple[Path, Kit, Key]) -> None:
    scores = careful(test[2], agent_objections=0.6)
    blind, seeing = found(test, scores), found(test, scores, knows=0.75)
    assert not blind.could_tell
    assert seeing.could_tell
    assert (seeing.guesses[0].right, seeing.guesses[0].total) == (108, 144)
    assert any(one.startswith("The test was not blind: 108 of 144") for one in verdict(seeing))
    assert "taken for human" in page(seeing)
    assert "taken for human" not in page(blind)
    assert sum(one.judgments for one in seeing.believed) == 144


def test_what_raters_noted_stands_on_the_page(test: tuple[Path, Kit, Key]) -> None:
    folder, kit, key = test
    paths = answer(kit, folder, lambda rater, item, criterion: 1, lambda item: "ai")
    paths[0].write_text(paths[0].read_text("utf-8").replace('"notes": ""', '"notes": "<so> so"', 1))
    findings = find(kit, key, collect(folder).ratings)
    item = kit.sessions[0].items[0]
    assert [(one.arm, one.text) for one in findings.remarks] == [(arms(key)[item], "<so> so")]
    assert "&lt;so&gt; so" in page(findings)


def test_the_third_raters_score_counts_and_na_of_one_does_not(test: tuple[Path, Kit, Key]) -> None:
    folder, kit, key = test
    human = next(call.item for call in key.pairs[0].calls if call.arm == "human")

    def scores(rater: str, item: str, criterion: str) -> object:
        if item == human and criterion == "D1":
            return 2 if rater == "ann" else 0
        if item == human and criterion == "D2":
            return "NA" if rater == "ann" else 2
        if item == human and criterion.startswith("D"):
            return "NA"
        return 1

    answer(kit, folder, scores, lambda item: "ai")
    decided = {human: {"scores": {"D1": 0}}}
    third = {"test": kit.test, "rater": "adjudicator", "session": 1, "answers": decided}
    path = folder / "answers" / "third.json"
    path.write_text(json.dumps(third), "utf-8")
    findings = find(kit, key, collect(folder).ratings)
    path.unlink()
    assert findings.agreement.one_said_na == 1
    objections = next(one for one in findings.against[0].groups if one.group == "objections")
    # That person has 0 and 2 of 4 points like everybody; half of full marks would move the mean.
    assert objections.difference.a == pytest.approx(0.5)


def test_the_page_escapes_and_json_is_whole(test: tuple[Path, Kit, Key]) -> None:
    findings = found(test, careful(test[2], agent_objections=0.3))
    told = json.loads(json.dumps(as_json(findings)))
    assert told["against"][0]["groups"][3]["difference"]["p"] < 0.001
    assert told["conclusions"]["objections"].startswith("the agent is worse")
    text = page(findings)
    assert '<h1 class="">Objections (primary): the agent is worse' in text
    assert "src=" not in text
    assert "href=" not in text


@pytest.mark.parametrize(("pairs", "shown"), [(4, "too few pairs"), (8, "at worst -0.")])
def test_few_pairs_show_less(tmp_path: Path, pairs: int, shown: str) -> None:
    kit, key = kit_at(tmp_path / "test", pairs)
    answer(kit, tmp_path / "test", careful(key, agent_objections=0.6), lambda item: "ai")
    findings = find(kit, key, collect(tmp_path / "test").ratings)
    assert shown in " ".join(verdict(findings))


def test_where_all_is_one_scenario_pairs_are_drawn(test: tuple[Path, Kit, Key]) -> None:
    folder, kit, key = test
    answer(kit, folder, careful(key, agent_objections=0.6), lambda item: "ai")
    ratings = collect(folder).ratings
    alike = key.model_copy(
        update={"pairs": tuple(p.model_copy(update={"scenario": "one"}) for p in key.pairs)}
    )
    one = find(kit, alike, ratings)
    assert one.against[0].clusters == 1
    found = one.against[0].groups[0].difference
    assert found.high - found.low > 0.05
    assert any("1 scenarios only, the intervals draw pairs" in note for note in notes(one))


def test_a_difference_that_one_scenario_makes_is_not_shown(test: tuple[Path, Kit, Key]) -> None:
    folder, kit, key = test
    # In the scenario of every sixth pair the agent fails; elsewhere it is as good as people.
    bad = {
        call.item
        for pair in key.pairs
        for call in pair.calls
        if call.arm == "agent" and pair.number % 6 == 0
    }
    moods = key.model_copy(
        update={
            "pairs": tuple(
                p.model_copy(update={"scenario": f"scenario {p.number % 6}"}) for p in key.pairs
            )
        }
    )
    answer(kit, folder, lambda rater, item, one: 0 if item in bad else 1, lambda item: "ai")
    objections = next(
        one
        for one in find(kit, moods, collect(folder).ratings).against[0].groups
        if one.group == "objections"
    )
    assert objections.difference.p < 0.05
    assert objections.difference.high >= 0.0
    assert not shown(objections, kit.protocol)


def test_before_anybody_has_rated_nothing_is_compared(tmp_path: Path) -> None:
    kit, key = kit_at(tmp_path / "test", 3)
    findings = find(kit, key, collect(tmp_path / "test").ratings)
    assert "there is nothing to compare yet" in " ".join(verdict(findings))
    assert "nothing to compare yet" in page(findings)
