"""Which words are names of people, and which of those are ordinary words as well.

The names are Faker's (MIT), the words those that spaCy's lemmatizer knows from WordNet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

# Where callers to an English-speaking desk, or their parents, may come from.
_MAIN = ("en_GB", "en_US", "en_IE")
_MORE = (
    "en", "en_IN", "en_NZ", "en_PK", "en_NG", "en_KE", "yo_NG", "ha_NG", "ig_NG", "tw_GH",
    "pl_PL", "de_DE", "fr_FR", "es_ES", "it_IT", "pt_PT", "ro_RO", "tr_TR", "ga_IE", "nl_NL",
    "ar_AA", "cs_CZ", "hu_HU", "lt_LT", "sv_SE",
)  # fmt: skip
# First names that are said every day without meaning anybody.
_ALSO_WORDS = frozenset(
    ["abbey", "ace", "ally", "amber", "angel", "april", "archer", "art", "august", "autumn", "bailey", "barb", "basil", "belle", "berry", "bill", "bonny", "brandy", "brook", "brooke", "bud", "candy", "carol", "carter", "chad", "chance", "charity", "chase", "cherry", "chester", "chip", "christian", "chuck", "clark", "clay", "cliff", "cole", "conn", "constance", "coral", "crystal", "daisy", "dakota", "dale", "dawn", "dean", "deb", "dell", "destiny", "devon", "diamond", "don", "dot", "drew", "duke", "earl", "ebony", "ed", "eddy", "eden", "eve", "faith", "fay", "fern", "flint", "flora", "florence", "ford", "foster", "frank", "gay", "gene", "georgia", "ginger", "glen", "grace", "grant", "guy", "hank", "hardy", "harmony", "harper", "harvey", "hazel", "heath", "heather", "herb", "holly", "homer", "hope", "hunter", "india", "iris", "ivory", "ivy", "jack", "jade", "jan", "jasmine", "jasper", "jay", "jean", "jersey", "jesus", "jewel", "jordan", "joy", "jude", "june", "ken", "kent", "kit", "kitty", "lance", "lane", "laurel", "lee", "lily", "lincoln", "link", "logan", "luna", "mac", "manus", "marge", "marina", "mark", "marshall", "mason", "mat", "matt", "max", "may", "meg", "melody", "mercy", "mick", "mike", "miles", "misty", "myrtle", "nan", "nick", "nora", "norma", "olive", "opal", "oscar", "otis", "page", "paige", "pansy", "paris", "park", "parker", "pat", "patience", "patsy", "patty", "pearl", "penny", "percy", "perry", "phoenix", "pierce", "poppy", "prudence", "ray", "raven", "red", "regina", "rex", "rich", "rick", "river", "rob", "robin", "rocky", "rod", "roman", "ron", "rosa", "rose", "rosemary", "ross", "rowan", "ruby", "rusty", "sage", "sandy", "savannah", "saul", "scot", "sherry", "sierra", "sky", "sonny", "spencer", "star", "sterling", "stew", "sue", "summer", "sunny", "sydney", "tanner", "taylor", "ted", "teddy", "tia", "tom", "tory", "trace", "tucker", "val", "van", "victor", "victoria", "viola", "violet", "virginia", "wade", "wally", "ward", "warren", "whitney", "will", "winter", "woody"]
)
# First names that WordNet lists for somebody who bore them; nothing else is meant by them.
_NAMES_ONLY = frozenset(
    ["abraham", "ada", "adelaide", "ali", "aliyah", "althea", "ambrose", "amir", "amos", "angelique", "anselm", "arnold", "athena", "augusta", "augustine", "augustus", "aurora", "barrie", "beatrice", "benedict", "bennett", "bennie", "benny", "beryl", "blair", "bruno", "byron", "camelia", "casper", "clementine", "clyde", "colette", "cyril", "cyrus", "dante", "daphne", "davy", "delilah", "dexter", "dieter", "dirk", "dominick", "dorian", "elisa", "eliot", "elvis", "emilia", "emmy", "enid", "ernst", "ester", "ezra", "fabian", "fatima", "felicity", "ferdinand", "gabor", "gael", "galen", "garrick", "georgette", "gladstone", "gracie", "hakeem", "hakim", "herman", "hermann", "hillary", "horace", "hugo", "ibrahim", "ida", "ignatius", "irena", "ira", "irving", "isolde", "jafar", "jensen", "joachim", "jonah", "karma", "kendall", "kris", "krishna", "lakshmi", "lambert", "leander", "lena", "leonardo", "liana", "libby", "lillie", "liza", "loren", "lotte", "lulu", "luther", "mack", "magdalena", "malachi", "marcel", "marguerite", "mari", "marley", "marvin", "mathias", "mavis", "maya", "melba", "micah", "mickey", "milo", "milton", "mina", "mona", "montgomery", "mortimer", "moses", "muhammad", "murray", "nelson", "noemi", "norris", "odessa", "ola", "oswald", "penelope", "pia", "pierre", "quincy", "ramona", "rana", "raphael", "reyes", "rhea", "rico", "rolf", "rosita", "rupert", "salome", "sami", "samson", "santiago", "selma", "serge", "sheridan", "sidney", "siegfried", "silvia", "simeon", "sofia", "solomon", "stella", "tate", "thea", "titus", "tobin", "trent", "trey", "valentine", "vanda", "vaughan", "vidal", "wallace", "willard", "winfred", "zara", "zola"]
)
# What WordNet does not list and nobody is called by when it stands in a call.
_WORDS = frozenset(
    {
        "hello", "hi", "hiya", "hey", "bye", "yes", "yeah", "yep", "yup", "no", "nope", "okay",
        "ok", "alright", "right", "cheers", "thanks", "ta", "aye", "nah", "aw", "ah", "oh", "ooh",
        "um", "uh", "er", "erm", "mm", "hm", "hmm", "mhm", "ha", "huh", "eh", "wow", "gosh",
        "cos", "gonna", "wanna", "gotta", "till", "meg", "broadband", "wifi", "email", "online",
        "website", "app", "postcode", "voicemail", "mum", "mam", "dad", "nan", "gran", "grandad",
        "love", "mate", "sir", "madam", "pal", "duck", "dear", "darling", "sweetheart",
        "everyone", "everybody", "anybody", "anyone", "somebody", "someone", "nobody", "both",
        "all", "ready", "sorry", "please", "pardon", "monday", "tuesday", "wednesday", "thursday",
        "friday", "saturday", "sunday", "january", "february", "march", "april", "may", "june",
        "july", "august", "september", "october", "november", "december", "christmas", "easter",
        "yo", "sup", "morning", "evening", "afternoon", "english", "british", "scottish", "irish", "welsh", "london", "god", "lord", "christ",
        "jesus", "uk", "tv", "vat", "pdf", "it", "i",
    }
)  # fmt: skip
_MIN_LENGTH = 3


@dataclass(frozen=True)
class NameBook:
    """First names, surnames and ordinary words in lower case; `sure`: first names and no words."""

    sure: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    ordinary: frozenset[str]

    def is_name(self, word: str) -> bool:
        """Somebody may be called so."""
        return word in self.first or word in self.last

    def is_word(self, word: str) -> bool:
        """It is said without meaning a person."""
        return word in self.ordinary or any(stem in self.ordinary for stem in _stems(word))


@lru_cache(maxsize=1)
def _faker_names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Usual English first names, others', all surnames."""
    main = frozenset(name for place in _MAIN for name in _names(place, "first"))
    more = frozenset(name for place in _MORE for name in _names(place, "first"))
    last = frozenset(name for place in (*_MAIN, *_MORE) for name in _names(place, "last"))
    return main, more, last


def read_namebook(grammar: "Language") -> NameBook:
    """The names, and the words of this spaCy model."""
    lookups = grammar.get_pipe("lemmatizer").lookups  # type: ignore[attr-defined]
    listed = frozenset(
        word
        for table in ("lemma_index", "lemma_exc")
        for words in lookups.get_table(table).values()
        for word in words
    )
    main, more, last = _faker_names()
    named = (main | _NAMES_ONLY) - _ALSO_WORDS
    ordinary = (listed | grammar.Defaults.stop_words | _WORDS | _ALSO_WORDS) - named
    first = main | _NAMES_ONLY | _ALSO_WORDS | (more - ordinary)
    return NameBook(first - ordinary, first, last, ordinary)


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
        if word.endswith(ending) and len(word) > len(ending) + 2:
            yield word.removesuffix(ending) + instead
