import pytest

from agent.evaluation.phone_options import PhoneOptions


@pytest.mark.parametrize(("codec", "rate_hz"), [("ulaw", 8000), ("alaw", 8000), ("g722", 16000)])
def test_the_codec_sets_the_rate(codec: str, rate_hz: int) -> None:
    assert PhoneOptions("caller", "caller", codec=codec).sample_rate_hz == rate_hz


def test_an_unknown_codec_is_refused_before_a_process_starts() -> None:
    with pytest.raises(
        ValueError, match="phone caller: codec 'opus' is not one of ulaw, alaw, g722"
    ):
        PhoneOptions("caller", "caller", codec="opus")
