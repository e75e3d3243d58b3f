"""How much of what is personal redaction finds, and how much of the rest it leaves alone.

    python -m tests.bench.cloning.redaction [CORPUS] [--misses odd|even|all]

Against the corpus' truth.yaml, on its clean transcripts and on the same without capitals and
punctuation, as a recogniser writes them. An entry of `pii` counts as found when none of its words
is left in its turn's redacted text, beside those that the turn says elsewhere, too.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.cloning.engines import Engines
from agent.cloning.recorded import Conversation
from agent.cloning.redact.plain import redact_all
from agent.config import Settings
from tests.bench.cloning.corpus import LARKFIELD, Corpus, read_corpus

_BAR = 0.97
SMALL_WORDS = frozenset({"mr", "mrs", "miss", "ms", "dr", "the", "a", "and", "at", "dot", "flat"})
_NUMBERS = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|first|second|third|fourth|fifth"
    r"|\w+th|\d+)\b"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the key's `pii`, with what became of its turn."""

    call: str
    turn: int
    kind: str
    text: str
    redacted: str
    found: bool


def entries(
    pii: list[dict[str, Any]],
    raw: Mapping[str, Conversation],
    redacted: Mapping[str, Conversation],
) -> Iterator[Entry]:
    """Each entry of the key, found or not."""
    for entry in pii:
        call, turn = entry["call_id"], entry["turn"]
        left = redacted[call].turns[turn].text
        yield Entry(
            call, turn, entry["type"], entry["text"], left,
            not is_left(entry["text"], raw[call].turns[turn].text, left),
        )  # fmt: skip


def is_left(value: str, raw: str, left: str) -> bool:
    """Whether words that identify are in what is left, more often than the rest of the turn has."""
    rest = words_of(raw)
    said = Counter(rest)
    said.subtract(words_of(value))
    kept = Counter(words_of(left))
    # Each place of the value may be one of several in the turn: all of them have to go.
    if _plain(value) in _plain(left):
        return True
    return any(
        kept[word] > max(0, said[word])
        for word in set(words_of(value))
        if word not in SMALL_WORDS and len(word) > 1
    )


def without_case(conversations: Mapping[str, Conversation]) -> dict[str, Conversation]:
    """The same as a recogniser writes it: lower case, no punctuation."""
    return {
        call: conversation.model_copy(
            update={
                "source": "recognised",
                "turns": tuple(
                    turn.model_copy(update={"text": _recognised(turn.text)})
                    for turn in conversation.turns
                ),
            }
        )
        for call, conversation in conversations.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, default=LARKFIELD)
    parser.add_argument("--misses", choices=("odd", "even", "all", "none"), default="none")
    options = parser.parse_args()
    corpus = read_corpus(options.corpus)
    grammar = Engines(Settings()).grammar
    for name, raw in (
        ("as given", corpus.conversations),
        ("lower case, no punctuation", without_case(corpus.conversations)),
    ):
        print(f"\n== {options.corpus.name}, {name}")
        redacted = redact_all(raw, corpus.calls, grammar)
        _tell(corpus, raw, redacted, options.misses)


def _tell(
    corpus: Corpus,
    raw: Mapping[str, Conversation],
    redacted: Mapping[str, Conversation],
    misses: str,
) -> None:
    found = list(entries(corpus.truth.get("pii", []), raw, redacted))
    personal = [entry for entry in found if entry.kind != "agent_name"]
    for half in ("odd", "even", "all"):
        part = [entry for entry in personal if _in(half, entry.call)]
        print(f"recall, {half} calls: {_share(part)} (bar {_BAR})")
    for kind in sorted({entry.kind for entry in found}):
        print(f"  {kind:18} {_share([entry for entry in found if entry.kind == kind])}")
    _tell_kept(corpus, raw, redacted, misses)
    for entry in found:
        if not entry.found and _in(misses, entry.call):
            print(f"  MISS {entry.call}#{entry.turn} {entry.kind} {entry.text!r}: {entry.redacted}")


def _tell_kept(
    corpus: Corpus,
    raw: Mapping[str, Conversation],
    redacted: Mapping[str, Conversation],
    misses: str,
) -> None:
    """Turns that state a fact keep all their numbers that are nobody's; decoys stay whole."""
    kept, all_of = 0, 0
    own = {(e["call_id"], e["turn"]) for e in corpus.truth.get("pii", [])}
    places = sorted(
        {
            (place["call_id"], place["turn"])
            for fact in corpus.truth.get("facts", [])
            for place in fact.get("stated_at", [])
        }
        - own
    )
    for call, turn in places:
        before, after = raw[call].turns[turn].text, redacted[call].turns[turn].text
        all_of += 1
        same = _NUMBERS.findall(before.lower()) == _NUMBERS.findall(after.lower())
        kept += same
        if not same and _in(misses, call):
            print(f"  LOST {call}#{turn}: {before}\n    -> {after}")
    print(f"facts' turns with all their numbers: {kept}/{all_of}")
    decoys = corpus.truth.get("pii_decoys", [])
    whole = [
        d for d in decoys
        if _NUMBERS.findall(raw[d["call_id"]].turns[d["turn"]].text.lower())
        == _NUMBERS.findall(redacted[d["call_id"]].turns[d["turn"]].text.lower())
    ]  # fmt: skip
    print(f"decoys kept: {len(whole)}/{len(decoys)}")
    _tell_extra(corpus, raw, redacted, misses, own)


def _tell_extra(
    corpus: Corpus,
    raw: Mapping[str, Conversation],
    redacted: Mapping[str, Conversation],
    misses: str,
    own: set[tuple[str, int]],
) -> None:
    """Turns without an entry in the key that were changed all the same."""
    changed = turns = 0
    for call, conversation in raw.items():
        for index, turn in enumerate(conversation.turns):
            if (call, index) in own:
                continue
            turns += 1
            after = redacted[call].turns[index].text
            if after != turn.text:
                changed += 1
                if _in(misses, call):
                    print(f"  EXTRA {call}#{index}: {turn.text}\n     -> {after}")
    print(f"turns without an entry in the key that were changed: {changed}/{turns}")


def _in(half: str, call: str) -> bool:
    number = int(re.sub(r"\D", "", call) or 0)
    return half == "all" or half == ("odd" if number % 2 else "even")


def _share(part: list[Entry]) -> str:
    found = sum(entry.found for entry in part)
    return f"{found}/{len(part)} = {found / len(part):.3f}" if part else "none"


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z]+|\d+", re.sub(r"<[A-Z]+_\d+>", " ", text).lower().replace("'s", ""))


def _plain(text: str) -> str:
    return f" {' '.join(words_of(text))} "


def _recognised(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("’", "'")))


if __name__ == "__main__":
    main()
