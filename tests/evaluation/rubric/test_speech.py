from pathlib import Path

import yaml

from agent.evaluation.rubric.speech import sentences_of
from tests.evaluation.talk import talk

CUES = "agent/evaluation/rubric/cues"


def test_sentences_stand_literally_in_their_turns() -> None:
    conversation = talk("a: Well… I'm not sure. Is that all right?  Good!", "c: yes  it is")

    found = sentences_of(conversation)

    assert [s.text for s in found] == [
        "Well…", "I'm not sure.", "Is that all right?", "Good!", "yes  it is",
    ]  # fmt: skip
    assert all(s.text in conversation.turns[s.place].text for s in found)


def test_questions_are_known_by_their_mark_or_without_any_by_their_words() -> None:
    clean = sentences_of(talk("a: You have a garden? I see. What it costs is up to you."))
    heard = sentences_of(talk("a: okay so when is your appointment", "a: that is fine then"))

    assert [s.asks for s in clean] == [True, False, False]
    assert [s.asks for s in heard] == [True, False]


def test_every_list_of_cues_compiles_and_is_used_somewhere() -> None:
    files = sorted((Path(__file__).resolve().parents[3] / CUES).glob("*.yaml"))
    read = [yaml.safe_load(file.read_text("utf-8")) for file in files]
    cues = {name: phrases for of_file in read for name, phrases in of_file.items()}
    folders = ("agent/evaluation/rubric", "agent/cloning/grade", "agent/cloning/domain")
    root = Path(__file__).resolve().parents[3]
    code = "".join(p.read_text("utf-8") for f in folders for p in (root / f).rglob("*.py"))

    assert len(cues) == sum(map(len, read))  # no name twice
    assert [name for name in cues if f'"{name}"' not in code] == []
    assert all(phrases for phrases in cues.values())
