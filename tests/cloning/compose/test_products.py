"""Two products: which lines are about which, and that a caller hears of one at a time."""

from functools import cache
from pathlib import Path

import pytest

from agent.cloning.compose.assemble import compose
from agent.cloning.compose.composition import Composition
from agent.cloning.compose.fit import announces
from agent.cloning.compose.products import Products, products_of
from agent.cloning.mined import Facts
from agent.cloning.review.reviewed import Reviewed
from agent.dialogue.conversation import Conversation
from agent.dialogue.reply import CallerTurn
from agent.dialogue.understanding import Understander
from tests.cloning.compose import dental
from tests.cloning.compose.gym import BRIEF, FACTS, PEAK, TALK, fact
from tests.cloning.compose.test_compose import loaded, why
from tests.dialogue.bag_of_words import BagOfWordsEncoder

PEAK_ONLY, SIXTY_ONLY = ("forty-four", "fifty-two", "Peak"), ("nineteen", "Sixty")


@cache
def gym() -> Composition:
    return compose(Reviewed(FACTS, TALK), BRIEF)


def products() -> Products:
    return products_of(FACTS.facts, BRIEF.products)


def test_names_of_one_product_are_one_and_an_addition_is_none() -> None:
    assert products().ids == ("gym_pass_sixty", "peak_pass")
    assert products().all[0].names == ("gym pass sixty", "pass sixty")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Pass Sixty would do.", {"gym_pass_sixty"}),
        ("{name_of_pass_sixty} would do.", {"gym_pass_sixty"}),
        ("It's {peak_price}, then {later_price}.", {"peak_pass"}),
        ("Peak Pass, not {sixty_price}.", {"gym_pass_sixty", "peak_pass"}),
        ("It's {joining_fee}, and {notice} to leave.", set()),
        ("A pass for the gym.", set()),
    ],
)
def test_a_line_is_about_what_it_names_or_what_its_facts_are_about(
    text: str, about: set[str]
) -> None:
    assert products().of(text) == about


def test_a_product_whose_name_begins_another_s_is_its_own() -> None:
    facts = (
        fact("a", "cover", 10, "GBP/year", "ten pounds a year", "Cover is ten pounds.", PEAK),
        fact("b", "cover plus", 20, "GBP/year", "twenty pounds a year", "Cover Plus.", PEAK),
    )
    assert products_of(facts, ()).of("Cover Plus is better.") == {"cover_plus"}


def test_what_is_paid_for_in_another_way_is_no_alternative() -> None:
    assert products_of(dental.FACTS.facts, dental.BRIEF.products).ids == ()


def test_the_usual_product_is_the_one_that_won_most() -> None:
    slot = gym().book["slots"]["product"]
    assert slot["default"] == "gym_pass_sixty"
    assert slot["anywhere"]
    assert "pass sixty" in slot["choices"]["gym_pass_sixty"]["heard"]


def told(folder: Path, *said: str) -> str:
    """Everything that a caller hears who says this."""
    playbook, findings = loaded(gym(), folder)
    assert findings == []
    call = Conversation(playbook, Understander(playbook, BagOfWordsEncoder()), seed=1)
    replies = [call.open(), *(call.respond(CallerTurn(text)) for text in said)]
    return " ".join(line.text for reply in replies for line in reply.lines)


YES = ("I'd like to join", "yes", "yes", "yes", "yes", "yes")


def test_before_a_choice_the_usual_product_is_spoken_of_and_no_other(tmp_path: Path) -> None:
    heard = told(tmp_path, *YES)
    assert "nineteen pounds a month" in heard
    assert "twenty-five pounds" in heard
    assert not [word for word in PEAK_ONLY if word in heard]


def test_who_chooses_the_other_one_hears_its_offer_and_terms_alone(tmp_path: Path) -> None:
    heard = told(tmp_path, "I want the Peak Pass", "yes", "yes", "yes", "yes")
    assert "It's forty-four pounds a month" in heard
    assert "fifty-two pounds a month" in heard
    assert not [word for word in SIXTY_ONLY if word in heard]


def test_a_question_is_answered_for_the_product_that_is_spoken_of(tmp_path: Path) -> None:
    assert "nineteen" in told(tmp_path, "How much is it?")
    assert "forty-four" not in told(tmp_path, "How much is it?")


def test_who_asks_for_the_difference_hears_of_both(tmp_path: Path) -> None:
    heard = told(tmp_path, "What's the difference?")
    assert "Peak Pass" in heard
    assert "Pass Sixty" in heard


def test_a_line_that_mixes_products_is_no_offer() -> None:
    assert "two products" in why(gym(), "line:offer.both")


def test_a_must_say_for_one_product_alone_is_told() -> None:
    gaps = {gap.place: gap.why for gap in gym().not_used.gaps}
    assert "Sixty" in gaps["must_say.later.gym_pass_sixty"]
    assert "must_say.price.gym_pass_sixty" not in gaps


def test_no_turn_is_a_question_without_anything_before_it() -> None:
    book = gym().book
    for stage in book["stages"]:
        if not stage["id"].startswith(("pitch", "terms")):
            continue
        for product in products().ids:
            said = [
                name
                for name in stage["entry"]
                if book["lines"][name].get("when", {}).get("product", product) == product
            ]
            assert len(said) > 1, stage["id"]


def test_without_a_second_product_nothing_can_be_chosen() -> None:
    one = tuple(item for item in FACTS.facts if item.id != "sixty_price")
    book = compose(Reviewed(Facts(facts=one), TALK), BRIEF).book
    assert "product" not in book["slots"]
    assert not [line for name, line in book["lines"].items() if "product" in line.get("when", {})]


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Let me read it all back, and stop me if anything's off.", True),
        ("So, I'll just run through the terms.", True),
        ("The bits I have to tell you.", True),
        ("Let me tell you the price: it's {peak_price}.", False),
        ("I'll take that as a yes then. You can leave in the first week.", False),
        ("The notice is written to you.", False),
    ],
)
def test_what_only_announces_is_told_from_what_says_something(text: str, only: bool) -> None:
    assert announces(text) == only
