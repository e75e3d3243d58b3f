"""llama.cpp behind the dialogue's LanguageModel protocol.

Off by default, by measurement: SmolLM2-135M-Instruct Q4_1 on one thread, on the 44 Larkfield caller
turns (text and as recognised) whose two best labels were within 0.06 of each other. The nearest
examples alone were right in 10 (the right label was among the best three in 19), the model in 1: it
answers the last letter whatever is asked. A choice took 300 ms (median; p95 400 ms). Its rewordings
repeat the instruction or miss 400 ms. A larger GGUF may earn its place; this one does not.
"""

import math
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from llama_cpp import Llama, llama_get_logits_ith
from llama_cpp.llama_grammar import LlamaGrammar
from llama_cpp.llama_types import CreateCompletionStreamResponse

from agent.errors import UnderstudyError

_LETTERS = "ABCDEFGH"
_MAX_WORDS_TOKENS = 30
_END = ("\n", "<|im_end|>")
_CHOOSE = "Answer with one letter."
_REWORD = "Say the line in other words, in one short sentence, with the same meaning."


class LanguageModelError(UnderstudyError):
    """A GGUF file that llama.cpp can't load."""


class LlamaCppModel:
    """A GGUF model. One call at a time: llama.cpp's context is not safe to share."""

    def __init__(
        self, path: Path, *, threads: int = 1, budget_ms: int = 400, context_tokens: int = 512
    ) -> None:
        """Load the model. Raises LanguageModelError.

        `budget_ms` bounds a rewording; it is looked at between tokens.
        """
        try:
            self._llama = Llama(
                model_path=str(path),
                n_ctx=context_tokens,
                n_threads=threads,
                n_threads_batch=threads,
                logits_all=False,
                verbose=False,
            )
        except (ValueError, OSError) as error:
            raise LanguageModelError(
                f"The language model at {path} can't be loaded ({error}): fetch it again with "
                "`understudy models fetch`, or set dialogue.language_model.model."
            ) from error
        self._budget_s = budget_ms / 1000.0
        self._lock = threading.Lock()

    def choose(self, prompt: str, options: Sequence[str]) -> tuple[int, float]:
        """The option whose letter the model would write next, of at most eight.

        The grammar `root ::= [A-H]` for one token is a comparison of the letters' logits, which
        also gives a probability and costs no sampling.
        """
        letters = _LETTERS[: len(options)]
        listed = "\n".join(
            f"{letter}. {option}" for letter, option in zip(letters, options, strict=True)
        )
        with self._lock:
            self._read(f"{_CHOOSE}\n\n{prompt}\n{listed}", answer="Answer:")
            scores = llama_get_logits_ith(self._llama.ctx, -1)
            logits = [float(scores[self._token(f" {letter}")]) for letter in letters]
        top = max(logits)
        weights = [math.exp(logit - top) for logit in logits]
        best = weights.index(max(weights))
        return best, weights[best] / sum(weights)

    def reword(self, line: str, context: str, grammar: str | None = None) -> str | None:
        """One sentence within the budget, or None."""
        deadline = time.monotonic() + self._budget_s
        prompt = self._chat(f'{_REWORD}\n{context}\nLine: "{line}"', "")
        rules = LlamaGrammar.from_string(grammar, verbose=False) if grammar else None
        text, finished = "", False
        with self._lock:
            pieces = self._llama.create_completion(
                prompt, max_tokens=_MAX_WORDS_TOKENS, temperature=0.0, grammar=rules,
                stop=list(_END), stream=True,
            )  # fmt: skip
            for piece in cast(Iterator[CreateCompletionStreamResponse], pieces):
                choice = piece["choices"][0]
                text += choice["text"]
                finished = choice["finish_reason"] == "stop"
                if time.monotonic() > deadline:
                    break
        words = text.strip().strip('"')
        return words if finished and words else None

    def _read(self, question: str, answer: str) -> None:
        """Evaluate a prompt; llama.cpp reuses what it shares with the one before."""
        tokens = self._llama.tokenize(
            self._chat(question, answer).encode(), add_bos=False, special=True
        )
        kept = self._shared_prefix(tokens)
        self._llama.n_tokens = kept
        self._llama._ctx.kv_cache_seq_rm(-1, kept, -1)
        self._llama.eval(tokens[kept:])

    def _shared_prefix(self, tokens: Sequence[int]) -> int:
        before = self._llama.input_ids[: self._llama.n_tokens]
        kept = 0
        for old, new in zip(before, tokens[:-1], strict=False):
            if old != new:
                break
            kept += 1
        return kept

    def _chat(self, question: str, answer: str) -> str:
        return f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n{answer}"

    def _token(self, text: str) -> int:
        return int(self._llama.tokenize(text.encode(), add_bos=False, special=False)[0])
