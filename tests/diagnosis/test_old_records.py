from agent.diagnosis.diagnosis import diagnose
from tests.web.sample_call import sample_report


def test_a_record_that_counted_less_is_diagnosed_all_the_same() -> None:
    diagnosis = diagnose(sample_report(media={"frames": 12}))
    assert diagnosis.report.call.media == {"frames": 12}
