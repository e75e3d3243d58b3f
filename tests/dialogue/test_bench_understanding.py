"""The understanding bench's own arithmetic."""

import json
from pathlib import Path

import pytest
import yaml

from agent.dialogue.loader import load_playbook
from tests.bench.understanding.corpus import CorpusError, Turn, load, split_of
from tests.bench.understanding.nearness import Nearness
from tests.bench.understanding.scores import FIGURES, Outcome, interval, label_scores, reliability
from tests.dialogue.bag_of_words import BagOfWordsEncoder


def turn(call: str, label: str) -> Turn:
    return Turn(call, 7, "words", (label,), "objection", "pitch")


def outcome(call: str, right: str, label: str, check: str = "", best: str = "") -> Outcome:
    return Outcome(
        turn(call, right), "", "words", False, label, check, best or label, 0.8, "embedding"
    )


OUTCOMES = (
    outcome("A", "price", "price"),
    outcome("A", "price", "none", check="price", best="price"),
    outcome("B", "no_time", "price"),
    outcome("B", "no_time", "no_time"),
)


def test_precision_counts_what_other_labels_lose() -> None:
    no_time, price = label_scores(OUTCOMES, "objection")
    assert (price.precision, price.recall, price.f1) == (0.5, 0.5, 0.5)
    assert (no_time.precision, no_time.recall, no_time.f1) == (1.0, 0.5, pytest.approx(2 / 3))


def test_a_yes_to_the_check_counts_only_afterwards() -> None:
    unknown = FIGURES["unknown objections"]
    assert unknown(OUTCOMES) == 0.25
    assert unknown([o.settled for o in OUTCOMES]) == 0.0
    wrong = outcome("A", "price", "none", check="no_time")
    assert not wrong.settled.understood


def test_interval_holds_the_figure() -> None:
    figure = FIGURES["objections, right"]
    low, high = interval(OUTCOMES, figure)
    assert low <= figure(OUTCOMES) <= high


def test_reliability_counts_the_best_guess() -> None:
    (band,) = [band for band in reliability(OUTCOMES) if band.hearings]
    assert (band.low, band.hearings, band.right) == (0.8, 4, 0.75)


def test_a_turn_with_an_example_in_it_is_near() -> None:
    nearness = Nearness(load_playbook("larkfield"), BagOfWordsEncoder())
    assert nearness.of("well, could you say that again please?").near
    assert not nearness.of("the walrus hums in april").near


def test_calls_keep_their_half(tmp_path: Path) -> None:
    assert (split_of("LB-001"), split_of("LB-002")) == ("tune", "test")
    truth = {
        "objections": [{"id": "price", "raised_at": [{"call_id": "LB-001", "turn": 1}]}],
        "intents": [
            {"id": "ask_price", "examples": [{"call_id": "LB-001", "turn": 1}]},
            {"id": "backchannel", "examples": [{"call_id": "LB-001", "turn": 0}]},
        ],
    }
    said = ["Yeah.", "How much? That's dear.", "I have it for my mother and for me."]
    turns = [{"speaker": "customer", "text": text} for text in said]
    (tmp_path / "truth.yaml").write_text(yaml.safe_dump(truth))
    (tmp_path / "transcripts").mkdir()
    call = {"call_id": "LB-001", "turns": turns}
    (tmp_path / "transcripts" / "LB-001.json").write_text(json.dumps(call))
    corpus = load(tmp_path)
    assert [(t.text, t.right, t.kind) for t in corpus.turns] == [
        (said[1], ("price", "ask_price", "ask_price_after"), "objection")
    ]
    assert [t.text for t in corpus.others] == [said[2]]
    assert corpus.left_out == {"backchannel": 1}


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="--corpus"):
        load(tmp_path / "none")
