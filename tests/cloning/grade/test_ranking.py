from collections.abc import Mapping

import pytest

from agent.cloning.grade.ranking import Ranking, rank
from tests.cloning.grade.calls import desk, judged

Wins = Mapping[str, tuple[int, int]]


def tiers(ranking: Ranking) -> dict[str, str]:
    return {agent.agent: agent.tier for agent in ranking.agents}


def order(ranking: Ranking) -> list[str]:
    return [agent.agent for agent in ranking.agents]


def test_a_lucky_few_do_not_outrank_a_proven_many() -> None:
    found = rank(desk({"lucky": (2, 0), "proven": (40, 20), "usual": (20, 40), "other": (15, 45)}))

    assert order(found)[0] == "proven"
    assert found.agents[0].low > next(a.low for a in found.agents if a.agent == "lucky")


def test_the_same_rate_is_surer_with_more_calls() -> None:
    found = {
        a.agent: a for a in rank(desk({"few": (3, 3), "many": (30, 30), "rest": (10, 50)})).agents
    }

    width = {name: agent.high - agent.low for name, agent in found.items()}
    assert width["many"] < width["few"]
    assert abs(found["few"].rate - found["many"].rate) < 0.15


def test_a_rate_lies_between_what_was_won_and_what_all_win() -> None:
    found = rank(desk({"good": (9, 3), "rest": (10, 50)}))

    good = next(agent for agent in found.agents if agent.agent == "good")
    assert 19 / 72 < good.rate < 9 / 12
    assert good.low < good.rate < good.high


def test_the_top_set_is_good_by_outcome_and_by_quality() -> None:
    wins: Wins = {"smooth": (5, 25), "strong": (20, 10), "sharp": (19, 11), "weak": (3, 27)}

    found = tiers(rank(desk(wins, {"smooth": 2, "strong": 2, "sharp": 0, "weak": 0})))

    assert found == {"strong": "top", "sharp": "middle", "smooth": "middle", "weak": "weak"}


def test_quality_breaks_a_tie_and_moves_no_rank_otherwise() -> None:
    tied = rank(desk({"a": (5, 5), "b": (5, 5)}, {"a": 0, "b": 2}))
    apart = rank(desk({"a": (9, 1), "b": (1, 9)}, {"a": 0, "b": 2}))

    assert (order(tied), order(apart)) == (["b", "a"], ["a", "b"])


def test_who_breaks_rules_is_weak_whatever_they_sell() -> None:
    bold = [judged(f"b{n}", "bold", True, 2, breaches=n < 3) for n in range(10)]

    found = rank([*bold, *desk({"fair": (4, 6), "calm": (3, 7)}, {"fair": 2, "calm": 2})])

    assert order(found)[0] == "bold"
    assert tiers(found)["bold"] == "weak"
    assert tiers(found)["fair"] == "top"


_SMALL_DESK: Wins = {
    "best": (5, 2), "fine": (3, 2), "loud": (2, 1), "usual": (2, 2), "new": (1, 3),
}  # fmt: skip
_SMALL_QUALITY = {"best": 2, "fine": 2, "loud": 0, "usual": 2, "new": 2}


def test_with_few_calls_the_top_set_is_filled_by_who_is_as_good_and_finer() -> None:
    plain = tiers(rank(desk(_SMALL_DESK, dict.fromkeys(_SMALL_DESK, 1))))
    heard = tiers(rank(desk(_SMALL_DESK, {**_SMALL_QUALITY, "usual": 1, "new": 1})))

    assert plain["fine"] == "middle"
    assert heard["fine"] == "top"


def test_a_win_or_two_do_not_lift_who_is_far_below_the_others() -> None:
    found = rank(desk(_SMALL_DESK, _SMALL_QUALITY))
    proven = rank(desk({**_SMALL_DESK, "loud": (30, 5)}, _SMALL_QUALITY))

    assert (tiers(found)["loud"], order(found)[-1]) == ("weak", "loud")
    assert (tiers(proven)["loud"], order(proven)[0]) == ("middle", "loud")


@pytest.mark.parametrize(
    "wins",
    [
        {"only": (3, 3)},
        {"one": (4, 1), "two": (1, 4)},
        {"one": (1, 0), "two": (0, 1), "three": (0, 1)},
        {"one": (0, 5), "two": (0, 9)},
        {f"a{number:02}": (number % 7, 9) for number in range(40)},
    ],
)
def test_any_size_of_desk_has_a_top_set_of_a_third_at_most(wins: Wins) -> None:
    found = rank(desk(wins))

    top = [agent for agent in found.agents if agent.tier == "top"]
    assert 1 <= len(top) <= max(1, -(-len(wins) // 3))
    assert [agent.rank for agent in found.agents] == list(range(1, len(wins) + 1))
    assert min(a.trust for a in top) > max(
        (a.trust for a in found.agents if a not in top), default=0
    )


def test_without_outcomes_quality_ranks_alone_and_it_is_said() -> None:
    calls = [judged(f"{who}{n}", who, None, s) for who, s in (("a", 0), ("b", 2)) for n in range(5)]

    found = rank(calls)

    assert not found.by_outcome
    assert order(found) == ["b", "a"]
    assert tiers(found)["b"] == "top"
    assert (found.agents[0].low, found.agents[0].high) == (0.0, 1.0)


def test_calls_of_nobody_rank_nobody() -> None:
    assert rank([judged("x", ""), judged("y", "")]).agents == ()


def test_harder_cases_are_allowed_for() -> None:
    def calls(agent: str, case: str, won: int, lost: int) -> list:
        return [
            judged(f"{agent}{case}{n}", agent, n < won, case={"source": case})
            for n in range(won + lost)
        ]

    easy, hard = calls("easy", "warm", 30, 10), calls("hard", "cold", 10, 30)
    both = calls("both", "warm", 29, 11) + calls("both", "cold", 9, 31)

    found = rank([*easy, *hard, *both])

    assert found.considered == ("source",)
    spread = [agent.rate for agent in found.agents]
    assert max(spread) - min(spread) < 0.12  # of 0.75 and 0.25 as counted


def test_a_column_that_is_filled_in_after_a_sale_is_no_case() -> None:
    calls = [
        judged(f"{n}", f"a{n % 3}", n % 2 == 0, case={"plan": "big" if n % 2 == 0 else "none"})
        for n in range(60)
    ]

    assert rank(calls).considered == ()
