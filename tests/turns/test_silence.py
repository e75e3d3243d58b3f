from agent.turns.silence import SilenceLadder


def test_each_step_is_due_once_counted_from_the_first_silence() -> None:
    ladder = SilenceLadder((7.0, 15.0, 25.0))
    ladder.start(100.0)
    assert ladder.due(106.9) is None
    assert ladder.due(107.0) == 1
    assert ladder.due(200.0) is None  # the prompt is being spoken
    ladder.start(110.0)
    assert ladder.due(117.9) is None
    assert ladder.due(118.0) == 2
    ladder.start(120.0)
    assert ladder.due(130.0) == 3
    ladder.start(135.0)
    assert ladder.due(1000.0) is None


def test_a_caller_who_was_heard_starts_over() -> None:
    ladder = SilenceLadder((7.0, 15.0))
    ladder.start(0.0)
    assert ladder.due(7.0) == 1
    ladder.reset()
    ladder.start(20.0)
    assert ladder.due(26.0) is None
    assert ladder.due(27.0) == 1


def test_held_while_someone_speaks() -> None:
    ladder = SilenceLadder((7.0,))
    ladder.start(0.0)
    ladder.hold()
    assert ladder.due(100.0) is None
