import pytest

from agent.cloning.domain.names import company_of, products_of
from tests.cloning.domain.desk import practice


@pytest.mark.parametrize("lower", [False, True], ids=["clean", "recognised"])
def test_a_company_is_what_its_people_open_with(lower: bool) -> None:
    material = practice(lower=lower)

    found = company_of(material)

    assert found is not None
    assert found.name == "Alder Lane Dental"
    assert all(e.quote in material.conversations[e.call].turns[e.turn].text for e in found.evidence)


def test_who_rings_out_names_it_after_from() -> None:
    opening = ("a: Hi, it's <AGENT_1> from Tarn & Sons Heating, is that <PERSON_1>?",)
    opening += ("a: Hello, my name is <AGENT_1>, I'm calling from Tarn Heating.",)

    found = company_of(practice(opening=opening))

    assert found is not None
    assert found.name.startswith("Tarn")


def test_where_nothing_is_named_in_common_nothing_is_the_company() -> None:
    assert company_of(practice(opening=("a: Hello?", "a: Yes?"))) is None


def test_products_are_what_agents_bring_up() -> None:
    material = practice()

    names = [product.name for product in products_of(material, company_of(material))]

    # Denplan by itself was the customers' word; Tuesday and the company are no products.
    assert names == ["Gold Denplan"]


def test_recognised_speech_names_no_products() -> None:
    material = practice(lower=True)

    assert products_of(material, company_of(material)) == ()
