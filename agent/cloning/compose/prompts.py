"""What a language model is told in each stage: a few lines for that part of a call alone.

There is no big prompt. A model only rewords a line that was chosen already, and the guard lets
pass what claims the same; this part tells it where in the call it is and which values hold there.
"""

from collections.abc import Mapping
from typing import Any

from agent.cloning.compose.brief import Brief
from agent.dialogue.playbook import VARIABLE

_MOST_FACTS = 6


def stage_prompt(
    stage: Mapping[str, Any],
    lines: Mapping[str, Mapping[str, Any]],
    facts: Mapping[str, Mapping[str, Any]],
    brief: Brief,
) -> str:
    """The goal of a stage, the manner, and the facts that its own lines name for every caller."""
    said = (lines[name] for name in stage.get("entry", []) if name in lines)
    texts = [str(line["text"]) for line in said if "when" not in line]
    named = dict.fromkeys(name for text in texts for name in VARIABLE.findall(text))
    values = [facts[name]["spoken"] for name in named if name in facts][:_MOST_FACTS]
    manner = f" Manner: {', '.join(brief.style)}." if brief.style else ""
    told = f" Values that hold here: {'; '.join(values)}." if values else ""
    return f"Part of the call: {stage['goal']}.{manner}{told}"
