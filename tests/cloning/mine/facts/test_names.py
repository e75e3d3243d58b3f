"""Names of what is offered."""

from agent.cloning.mine.facts.names import names_of_offers, names_with_numbers
from tests.cloning.mine.facts.calls import archive, opening


def test_capitals_inside_sentences_of_agents_are_names_of_offers() -> None:
    calls = [
        (agent, [*opening(agent), "C: I'm with Northway.", "A: Northway, I see. Good day to them.",
                 "C: So?", "A: Then it's the Gold Cover Fifty for you, on Monday."])
        for agent in ("ann", "ben")
    ]  # fmt: skip
    assert names_of_offers(archive(*calls)) == {"gold cover fifty"}


def test_without_capitals_a_number_that_follows_the_same_noun_is_part_of_a_name() -> None:
    said = "A: our cover fifty is nine pounds a month and cover fifty is all you need"
    calls = [(agent, ["C: hello", "A: hello", "C: yes", said]) for agent in ("ann", "ben", "cas")]
    names = names_of_offers(archive(*calls, source="recognised"))
    assert names_with_numbers(names) == {"cover fifty"}


def test_what_customers_bring_up_is_not_the_offer() -> None:
    calls = [
        (agent, [*opening(agent), "C: I am with Silver Line.", "A: So Silver Line charges more."])
        for agent in ("ann", "ben")
    ]
    assert names_of_offers(archive(*calls)) == set()
