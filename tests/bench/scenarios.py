"""How well a blind test's pairing reads why a customer held back, against a corpus's key.

    python -m tests.bench.scenarios [--corpus FOLDER]

Each objection of the key is a turn; of its sentences the nearest known phrase counts. Printed for
several thresholds: how many are that near, how many of them are right, and of the others.
"""

import argparse
import json
from pathlib import Path

import yaml

from agent.cloning.engines import Engines
from agent.config import Settings
from agent.evaluation.blindtest.scenario import ALIKE, Reasons
from agent.evaluation.customers.persona import Reason
from agent.evaluation.customers.wording import shipped_phrases
from agent.evaluation.rubric.speech import sentences_of
from tests.evaluation.talk import talk

_CORPUS = Path("/work/shared/corpus/larkfield")
_KEYED: dict[str, Reason] = {
    "price": "price", "in_contract": "tied_in", "happy_current": "content",
    "ask_partner": "ask_another", "send_email": "in_writing", "no_time": "no_time",
    "distrust": "distrust", "no_need_speed": "no_need", "install_hassle": "trouble",
    "contract_length": "too_long", "think_about_it": "think",
}  # fmt: skip


def main() -> None:
    """Read every objection and count."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=_CORPUS)
    corpus: Path = parser.parse_args().corpus
    reasons = Reasons(Engines(Settings()).encoder, shipped_phrases().reasons)
    found = []
    for objection in yaml.safe_load((corpus / "truth.yaml").read_text("utf-8"))["objections"]:
        for place in objection["raised_at"]:
            file = corpus / "transcripts" / f"{place['call_id']}.json"
            text = json.loads(file.read_text("utf-8"))["turns"][place["turn"]]["text"]
            said = [sentence.words for sentence in sentences_of(talk(f"c: {text}"))]
            alike, reason = max(reasons.nearest(said))
            found.append((alike, reason == _KEYED[objection["id"]]))
    print(f"{len(found)} objections\nnear by   at least  right   less  right")
    for least in sorted({0.3, 0.35, 0.4, 0.5, ALIKE}):
        near, far = (
            [ok for alike, ok in found if (alike >= least) is side] for side in (True, False)
        )
        used = "  in use" if least == ALIKE else ""
        print(f"{least:7.2f}{len(near):11}{sum(near):7}{len(far):7}{sum(far):7}{used}")


if __name__ == "__main__":
    main()
