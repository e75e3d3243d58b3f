"""What sentences do by their meaning, where phrases do not tell: cues by a sentence encoder."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from agent.cloning.engines import Engines
from agent.cloning.grades import Grades
from agent.cloning.mine.acts.label import label
from agent.cloning.mine.acts.said import Act
from agent.cloning.mine.material import Material
from agent.cloning.recorded import Conversation, RecordedCall
from agent.evaluation.rubric.speech import Meaning, Meanings

# The acts that cloning finds in sentences, by examples of many trades, as the rubric's cues. Those
# are left to phrases that made scores agree less with people's over three corpora together.
_CUE_OF: Mapping[Act, str] = {
    "clarify": "probes",
    "close": "asks_for_it",
    "callback": "offers_callback",
    "recap": "recaps",
    "sign_off": "wishes_well",
    "objection": "means_objection",
}


def meanings_of(conversations: Sequence[Conversation], engines: Engines) -> dict[str, Meanings]:
    """By call. Takes seconds for the examples, then some 15 ms a sentence on a busy core."""
    calls = {one.call: RecordedCall(id=one.call) for one in conversations}
    material = Material(
        calls, {one.call: one for one in conversations}, Grades(calls=(), agents=())
    )
    found = defaultdict[str, list[Meaning]](list)
    for said in label(material, engines.encoder):
        cue = _CUE_OF.get(said.act)
        if cue is not None:
            place = said.place
            found[place.call.id].append(Meaning(place.index, said.start, cue))
    return dict(found)
