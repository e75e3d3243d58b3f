"""Which words are names of people, and which of those are ordinary words as well.

The names are Faker's (MIT), the words those that spaCy's lemmatizer knows from WordNet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from agent.cloning.redact.lists import words

if TYPE_CHECKING:
    from spacy.language import Language

# Where callers to an English-speaking desk, or their parents, may come from.
_MAIN = ("en_GB", "en_US", "en_IE")
_MORE = (
    "en", "en_IN", "en_NZ", "en_PK", "en_NG", "en_KE", "yo_NG", "ha_NG", "ig_NG", "tw_GH",
    "pl_PL", "de_DE", "fr_FR", "es_ES", "it_IT", "pt_PT", "ro_RO", "tr_TR", "ga_IE", "nl_NL",
    "ar_AA", "cs_CZ", "hu_HU", "lt_LT", "sv_SE",
)  # fmt: skip
_MIN_LENGTH = 3


@dataclass(frozen=True)
class NameBook:
    """First names, surnames and ordinary words in lower case; `sure`: first names and no words;
    `doing`: ordinary words without nouns, among which WordNet has many surnames; `rarely`: names
    that need a sign beside them that they are one.
    """

    sure: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    ordinary: frozenset[str]
    doing: frozenset[str]
    rarely: frozenset[str]

    def is_name(self, word: str) -> bool:
        """Somebody may be called so."""
        return word in self.first or word in self.last

    def is_word(self, word: str) -> bool:
        """It is said without meaning a person."""
        return word in self.ordinary or any(stem in self.ordinary for stem in _stems(word))

    def is_doing(self, word: str) -> bool:
        """It is an ordinary word and no noun, so that nobody's surname is expected there."""
        return word in self.doing or any(stem in self.doing for stem in _stems(word))


@lru_cache(maxsize=1)
def _faker_names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Usual English first names, others', all surnames."""
    main = frozenset(name for place in _MAIN for name in _names(place, "first"))
    more = frozenset(name for place in _MORE for name in _names(place, "first"))
    last = frozenset(name for place in (*_MAIN, *_MORE) for name in _names(place, "last"))
    return main, more, last


@lru_cache(maxsize=1)
def usual_names() -> frozenset[str]:
    """First names that are usual in English and no ordinary words."""
    return (_faker_names()[0] | words("names_only")) - words("names_also_words")


def read_namebook(grammar: "Language") -> NameBook:
    """The names, and the words of this spaCy model."""
    listed = {kind: _listed(grammar, kind) for kind in ("noun", "verb", "adj", "adv")}
    doing = listed["verb"] | listed["adj"] | listed["adv"] | grammar.Defaults.stop_words
    doing |= words("not_names")
    _, more, last = _faker_names()
    named = usual_names()
    also_words = words("names_also_words")
    ordinary = (doing | listed["noun"] | also_words) - named
    first = named | also_words | (more - ordinary)
    rarely = words("names_rarely_meant")
    return NameBook(first - ordinary, first, last, ordinary, doing - named, rarely)


def _listed(grammar: "Language", kind: str) -> frozenset[str]:
    """WordNet's words of one part of speech, irregular forms among them."""
    lookups = grammar.get_pipe("lemmatizer").lookups  # type: ignore[attr-defined]
    tables = (lookups.get_table(table) for table in ("lemma_index", "lemma_exc"))
    return frozenset(word for table in tables for word in table.get(kind, ()))


def _names(place: str, which: str) -> Iterator[str]:
    provider = import_module(f"faker.providers.person.{place}").Provider
    for attribute in sorted(vars(provider)):
        if which not in attribute:
            continue
        listed = getattr(provider, attribute)
        if isinstance(listed, (tuple, list, dict)):
            for name in listed:
                if isinstance(name, str) and len(name) >= _MIN_LENGTH and name.isalpha():
                    yield name.lower()


def _stems(word: str) -> Iterator[str]:
    for ending, instead in (("ies", "y"), ("s", ""), ("es", ""), ("ing", ""), ("ing", "e"),
                            ("ed", ""), ("ed", "e"), ("er", ""), ("n't", "")):  # fmt: skip
        if word.endswith(ending) and len(word) > len(ending) + 1:
            yield word.removesuffix(ending) + instead
