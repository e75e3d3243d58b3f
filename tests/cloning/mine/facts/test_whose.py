"""Whether an amount is of the offer, by what was said before it in the call."""

import pytest

from agent.cloning.mine.facts.sentences import Sentence
from agent.cloning.mine.facts.statements import Statement
from agent.cloning.mine.facts.whose import heard_in, standing
from agent.cloning.mine.material import Place
from agent.cloning.mine.quantities import quantities
from tests.cloning.mine.facts.calls import archive


def _standing(before: list[str], said: str) -> str:
    """Of the last amount of an agent's sentence that follows some turns."""
    lines = ["C: Hello.", "A: Hello.", *before, f"A: {said}"]
    material = archive(("ann", lines))
    turns = material.conversations["D-1"].turns
    place = Place(material.calls["D-1"], len(turns) - 1, turns[-1])
    amounts = quantities(said)
    statement = Statement(
        place, Sentence(0, said, False), 0, asked="", amounts=amounts, subject="",
        named_here=False,
    )  # fmt: skip
    return standing(statement, amounts[-1], (0, len(said)), heard_in(turns, frozenset()))


@pytest.mark.parametrize(
    ("before", "said", "whose"),
    [
        ([], "The deposit is forty pounds.", "own"),
        (["C: I pay forty pounds."], "So it's forty pounds now.", "customer's"),
        (["C: It's forty, I think."], "Forty pounds, right.", "customer's"),
        (["C: I pay fifty pounds."], "Ours is forty pounds, so that's ten pounds less.",
         "customer's"),
        ([], "It's twenty pounds, and ten pounds for the dog, thirty pounds.", "customer's"),
        ([], "It's two pounds a week, which is a hundred and four pounds a year.", "own"),
        (["C: I have eighty pounds a month now."], "You're paying nine pounds a week.",
         "customer's"),
        ([], "If it were May, you'd have three months.", "support"),
        ([], "Engineer on Friday between eight and one.", "support"),
        ([], "We are open Monday to Friday, nine till five.", "own"),
        ([], "There are two months left.", "support"),
        ([], "It takes five minutes.", "support"),
        ([], "I drove the school bus for six years.", "customer's"),
        ([], "I'll keep these two days.", "customer's"),
        (["C: I pay ninety pounds."], "That's twenty pounds under us.", "customer's"),
        (["C: They said ninety pounds."], "It can't be more than five percent over.", "own"),
        (["A: It's forty cents a mile."], "A hundred and fifty miles is sixty dollars.",
         "customer's"),
        ([], "So a small dog is thirty dollars.", "support"),
        ([], "I'd book now, because Fridays are gone two weeks ahead.", "own"),
        ([], "So that comes to sixty pounds for you.", "support"),
        ([], "If it's two of you, that's sixty pounds.", "support"),
        (["A: The course is nine hundred pounds, over twelve months."],
         "One course is seventy-five pounds a month, then.", "customer's"),
        ([], "That took me three years.", "customer's"),
        ([], "Order before six in the evening and it goes out the same day.", "own"),
        ([], "I can do six in the evening.", "support"),
        ([], "You may bring two guests a month.", "own"),
        ([], "I have two sisters.", "support"),
        (["C: Is it forty pounds?"], "It's forty pounds, yes.", "own"),
        ([], "Nine to one on Saturday, nine to five on weekdays.", "own"),
        ([], "A card we add two percent, that's what they charge us.", "own"),
    ],
)  # fmt: skip
def test_whose_amount_it_is(before: list[str], said: str, whose: str) -> None:
    assert _standing(before, said) == whose
