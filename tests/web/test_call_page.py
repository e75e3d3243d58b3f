import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from agent.records.report import build_report
from agent.web.call_page import render_call_page
from tests.web.sample_call import sample_report, write_recording

_VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """Collects the elements; closing the wrong one fails."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def all(self, tag: str, name: str = "") -> list[dict[str, str | None]]:
        return [
            attributes
            for found, attributes in self.elements
            if found == tag and name in [*(attributes.get("class") or "").split(), ""]
        ]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "5b7e2f0a.wav"
    write_recording(path, rate_hz=400)
    return path


def test_the_waveform_shows_turns_and_decisions_where_they_were(recording: Path) -> None:
    page = Page(render_call_page(sample_report(), recording))
    assert len(page.all("path", "sound")) == 2
    assert (len(page.all("rect", "caller")), len(page.all("rect", "agent"))) == (5, 6)
    (committed,) = page.all("line", "committed")
    assert float(committed["x1"] or 0) == pytest.approx(1200 * 17.1 / 58.5, abs=0.1)


def test_everything_comes_from_the_page_and_the_recording(recording: Path) -> None:
    html = render_call_page(sample_report(), recording)
    references = [
        value
        for _, attributes in Page(html).elements
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "data", "poster")
    ]
    assert references == ["5b7e2f0a.wav"]
    assert not re.search(r"@import|url\(|https?://", html)


def test_a_server_names_the_recordings_address(recording: Path) -> None:
    html = render_call_page(sample_report(), recording, recording_url="/calls/1/recording.wav")
    assert Page(html).all("audio")[0]["src"] == "/calls/1/recording.wav"


def test_the_transcript_strikes_out_what_was_not_heard(recording: Path) -> None:
    html = render_call_page(sample_report(), recording)
    assert re.search(r'class="unheard"[^>]*>and no set-up fee\. It is a 24 month contract\.<', html)
    assert re.search(r'class="doubt" title="confidence 38 %">um<', html)
    assert "after 655 ms" in html
    assert "endpointing 544 ms · asr final 13 ms" in html
    assert "<b>barge in paused</b> latency 138 ms" in html


def test_what_callers_say_is_never_markup(recording: Path) -> None:
    hostile = '<script>alert("x")</script>'
    html = render_call_page(
        sample_report(summary=hostile, caller_number=hostile, slots={hostile: hostile}), recording
    )
    assert hostile not in html
    assert html.count("&lt;script&gt;") >= 4


def test_a_page_without_a_recording_says_so() -> None:
    html = render_call_page(sample_report(recording_path=None), None)
    page = Page(html)
    assert "This call was not recorded." in html
    assert page.all("audio") == []
    assert page.all("path", "sound") == []
    assert len(page.all("rect")) == 11


@pytest.mark.parametrize("content", [b"", b"RIFF\0\0\0\0WAVEnonsense", b"no sound at all" * 10])
def test_a_broken_recording_does_not_break_the_page(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    page = Page(render_call_page(sample_report(), path))
    assert page.all("path", "sound") == []
    assert len(page.all("rect")) == 11


def test_a_call_in_which_nothing_happened_has_a_page() -> None:
    call = sample_report(ended_at=None, outcome=None, ended_by=None, slots={}, models={}).call
    html = render_call_page(build_report(call, [], [], []), None)
    assert "Nothing was said." in html
    assert Page(html).all("svg") == []
