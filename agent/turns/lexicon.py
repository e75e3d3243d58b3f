"""Words that decide who has the floor (English).

Counting whitespace tokens is not enough: "uh huh" is two tokens and no interruption, "stop" is one
and always is. So tokens are sorted into what carries content and what does not.
"""

FILLERS = frozenset({"uh", "um", "er", "erm", "hmm", "mm", "mhm", "ah", "eh"})
BACKCHANNELS = frozenset(
    {
        "yeah", "yep", "yes", "ok", "okay", "right", "sure", "alright", "good", "fine", "oh",
        "huh", "uhhuh", "see", "i", "got", "it", "all",
    }
)  # fmt: skip
STOP_WORDS = frozenset({"stop", "wait", "agent", "no", "human", "person", "operator", "sorry"})
STOP_PHRASES = ("hold on", "hang on", "excuse me", "shut up", "one moment")
# What Vosk writes for coughs, breath and clicks; alone they are no evidence of speech.
NOISE_TOKENS = frozenset(
    {
        "the", "a", "an", "and", "but", "to", "in", "of", "that", "it", "[unk]", "i", "i'm", "am",
        "then", "so", "is", "this", "at", "me", "my", "minute", "was", "be", "for", "with", "any",
        # A hum comes out as letters.
        *"abcdefghjklmnopqrstuvwxyz",
    }
)  # fmt: skip
# A turn that ends in one of these goes on after the pause.
INCOMPLETE_ENDINGS = frozenset(
    {
        "and", "but", "or", "so", "because", "if", "the", "a", "an", "my", "your", "to", "of",
        "for", "with", "is", "are", "was", "at", "in", "on", "from", "than", "like", "its",
        "it's", "i'm", "um", "uh", "er", "erm", "until", "till", "by", "into", "when", "while",
        "where", "which", "whether", "unless", "although", "as", "i", "we", "he", "she", "they",
        "our", "their", "some", "every", "between", "without", "very", "am", "be", "there's",
        "that's", "what's", "i'll", "we'll", "i'd", "i've", "we've", "we're", "you're", "they're",
    }
)  # fmt: skip
SHORT_ANSWERS = frozenset(
    {
        "yes", "yeah", "yep", "yup", "no", "nope", "nah", "okay", "ok", "sure", "please",
        "correct", "right", "alright", "fine", "definitely", "absolutely", "morning", "afternoon",
        "thanks", "thank", "you",
    }
)  # fmt: skip
HOLD_ENDINGS = (
    "wait", "hold on", "hang on", "one moment", "a moment", "a second", "a sec", "a minute",
    "bear with me", "let me check", "let me see", "let me look", "let me get my",
)  # fmt: skip


def tokens(text: str) -> list[str]:
    """Lower-case words of a recognised text."""
    return text.lower().replace("-", " ").split()


def content_tokens(text: str) -> list[str]:
    """The words that are neither filler, back-channel nor what noise is written as."""
    idle = FILLERS | BACKCHANNELS | NOISE_TOKENS
    return [token for token in tokens(text) if token not in idle]


def has_stop_word(text: str) -> bool:
    """Whether the caller said something that always takes the floor."""
    words = tokens(text)
    joined = " ".join(words)
    return any(word in STOP_WORDS for word in words) or any(p in joined for p in STOP_PHRASES)


def asks_to_wait(text: str) -> bool:
    """Whether the caller wants time ("one moment"), so that silence is no end of turn."""
    return text.lower().rstrip(" .").endswith(HOLD_ENDINGS)


def is_backchannel(text: str) -> bool:
    """Whether the text only signals listening ("mm-hmm", "yeah okay")."""
    return bool(text.strip()) and not content_tokens(text) and not has_stop_word(text)
