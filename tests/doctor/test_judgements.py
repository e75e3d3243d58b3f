"""What is seen, and what the doctor makes of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.config import Settings
from agent.doctor.checks import clock, disk, machine, media, modules, pbx, queues, secrets, speech
from agent.doctor.checks.dialplan import CONTEXTS, judge_app
from agent.doctor.checks.people import judge as judge_people
from agent.doctor.checks.ports import count_free
from agent.doctor.checks.web import judge_certificate
from agent.doctor.finding import Finding, Level
from agent.doctor.loop_call import LoopCall
from agent.doctor.tones import has_tone, tone_frame
from agent.media.codecs import open_codec
from agent.media.ports import PortRange, bind_rtp_socket

REPOSITORY = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, tzinfo=UTC)
DIALPLAN = (REPOSITORY / "dialplan" / "understudy.conf").read_text()


def loop_call(heard: bool, packets: int, tone: bool) -> LoopCall:
    return LoopCall("ulaw", ("10.0.0.2", 40002), ("10.0.0.1", 10004), heard, packets, tone)


@pytest.mark.parametrize(
    ("finding", "level", "seen", "remedy"),
    [
        (pbx.judge_version("22.10.1+dfsg", "here"), "ok", "Asterisk 22.10.1+dfsg", ""),
        (pbx.judge_version("18.9.0", "here"), "fail", "Asterisk 18.9.0", "20 or newer"),
        (pbx.judge_version("certified", "here"), "warn", "calls itself 'certified'", "20 or newer"),
        (judge_app("understudy", "understudy", ""), "ok", "'understudy'", ""),
        (judge_app("understudy-2", "understudy", "understudy-2"), "ok", "'understudy-2'", ""),
        (judge_app("b", "a", ""), "fail", "ari.app is 'b'", "UNDERSTUDY_APP = b in [globals]"),
        (queues.judge("sales", "x", 0, 0), "warn", "no members", "queue add member"),
        (queues.judge("sales", "x", 3, 0), "warn", "3 members, 0 logged in", "queue show sales"),
        (queues.judge("sales", "x", 3, 1), "ok", "3 members, 1 logged in", ""),
        (clock.judge("Asterisk", 0.2), "ok", "within 200 ms", ""),
        (clock.judge("Asterisk", -7.0), "warn", "7.0 s behind ours", "timedatectl"),
        (disk.judge_room("spool", "/s", 200_000_000), "fail", "0.2 GB free", "retention apply"),
        (disk.judge_room("spool", "/s", 2_000_000_000), "warn", "2.0 GB free", "retention apply"),
        (disk.judge_room("recordings", "/r", 11_520_000_000), "ok", "100 hours of calls", ""),
        (machine.judge_memory(400_000_000), "warn", "0.4 GB", "ps aux"),
        (machine.judge_files(1024, 4096), "warn", "1024 open files", "ulimit -n 4096"),
        (machine.judge_files(-1, -1), "ok", "open files", ""),
        (secrets.judge(Path("/s"), 0o640), "fail", "mode 640", "chmod 600 /s"),
        (judge_people(3, 0), "warn", "no supervisor", "user add NAME --role supervisor"),
        (judge_certificate("/c", NOW, NOW), "fail", "0 days", "certbot renew"),
        (judge_certificate("/c", NOW + timedelta(9), NOW), "warn", "9 days", "certbot renew"),
        (judge_certificate("/c", NOW + timedelta(90), NOW), "ok", "2027-02-20", ""),
        (media.judge(loop_call(True, 40, True), Settings()), "ok", "a tone each way", ""),
        (
            media.judge(loop_call(True, 0, False), Settings()),
            "fail",
            "Asterisk hears us, and nothing from 10.0.0.1:10004 arrives at 10.0.0.2:40002",
            "ports 40000-40999/udp",
        ),
        (
            media.judge(loop_call(False, 40, True), Settings()),
            "fail",
            "nothing from 10.0.0.2:40002 arrives at 10.0.0.1:10004",
            "to 10.0.0.1 ports rtpstart-rtpend",
        ),
        (
            media.judge(loop_call(False, 0, False), Settings()),
            "fail",
            "no audio either way",
            "And the other way: let UDP",
        ),
        (
            media.judge(loop_call(True, 40, False), Settings()),
            "fail",
            "40 packets came",
            "res_timing",
        ),
    ],
)
def test_what_is_seen_gets_its_level_and_remedy(
    finding: Finding, level: str, seen: str, remedy: str
) -> None:
    assert (finding.level.value, seen in finding.seen) == (level, True), finding
    assert remedy in finding.remedy
    # Whoever reads a complaint learns what it means and what to do.
    assert (finding.level is Level.OK) == (not finding.means) == (not finding.remedy)


def test_missing_modules_are_named_by_what_they_break() -> None:
    everything = {*modules.CALLS, *modules.WHISPER}
    assert [one.level for one in modules.judge(everything)] == [Level.OK]
    without = modules.judge(everything - {"chan_rtp", "func_curl"})
    assert [(one.level, one.seen) for one in without] == [
        (Level.FAIL, "not loaded: chan_rtp"),
        (Level.WARN, "not loaded: func_curl"),
    ]
    assert "module load chan_rtp.so" in without[0].remedy


def test_the_list_of_modules_is_that_of_the_dialplan() -> None:
    comment = DIALPLAN.split("Loaded modules it needs:")[1].split("\n\n")[0]
    named = {word.strip(";,. \n") for word in comment.split()}
    wanted = {name for name in named if name.startswith(("res_", "app_", "func_", "format_"))}
    assert len(wanted) >= 16
    assert wanted <= {*modules.CALLS, *modules.WHISPER}


def test_the_list_of_contexts_is_that_of_the_dialplan() -> None:
    contexts = {line[1:-1] for line in DIALPLAN.splitlines() if line.startswith("[understudy")}
    assert contexts == set(CONTEXTS)


@pytest.mark.parametrize("codec", media.CODECS)
def test_a_tone_is_recognised_through_each_codec_and_nothing_else_is(codec: str) -> None:
    encoder, decoder = open_codec(codec), open_codec(codec)
    frames = [encoder.encode(tone_frame(encoder, 440.0, index)) for index in range(25)]
    heard = decoder.decode(b"".join(frames))
    assert has_tone(heard, decoder.sample_rate_hz, 440.0)
    assert not has_tone(heard, decoder.sample_rate_hz, 1000.0)
    assert not has_tone(heard[:0], decoder.sample_rate_hz, 440.0)
    assert not has_tone(heard * 0, decoder.sample_rate_hz, 440.0)


def test_free_ports_are_counted() -> None:
    ports = PortRange(40100, 40119)
    free = count_free("127.0.0.1", ports)
    with bind_rtp_socket("127.0.0.1", ports):
        assert count_free("127.0.0.1", ports) == free - 1
    assert count_free("192.0.2.7", ports) == 0


def test_slow_engines_carry_fewer_calls() -> None:
    words = "thank you for calling would you like to speak to a person about the price"
    quick = speech.Heard(words, synthesis=0.1, recognition=0.04)
    slow = speech.Heard("the", synthesis=1.0, recognition=0.5)
    assert speech.calls_carried(quick, 2) == 20
    assert speech.judge_speed(quick, 2).level is Level.OK
    assert speech.judge_speed(slow, 2).level is Level.WARN
    assert speech.judge_hearing(quick).level is Level.OK
    assert speech.judge_hearing(slow).level is Level.FAIL


async def test_folders_open_to_others_are_told(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"records": {"recordings_dir": tmp_path / "recordings", "spool_dir": tmp_path / "spool"}}
    )
    (tmp_path / "recordings").mkdir(mode=0o755)
    (tmp_path / "spool").mkdir(mode=0o700)
    told = [one for one in await disk.look(settings) if "others may read" in one.seen]
    assert [one.remedy for one in told] == [f"chmod 700 {tmp_path / 'recordings'}"]
