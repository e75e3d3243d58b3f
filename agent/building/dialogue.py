"""What conversations are led with: playbooks, understanding, spoken lines."""

import asyncio
import datetime
from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agent.building.models import encoder, kept_vectors, language_model, model_store
from agent.config import Settings
from agent.dialogue.conversation import Conversation
from agent.dialogue.in_use import PlaybookInUse
from agent.dialogue.language_model import LanguageModel
from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import Understander
from agent.speech.kept_vectors import KeptVectors
from agent.speech.line_cache import LineCache
from agent.speech.protocols import SentenceEncoder
from agent.speech.store import ModelStore
from agent.watchdog.loading import SteadyEngines


def open_conversation(settings: Settings) -> Conversation:
    """A conversation without audio."""
    playbook, store = load_playbook(settings.dialogue.playbook), model_store(settings)
    chosen = settings.dialogue.language_model
    model = language_model(chosen, store) if chosen.enabled else None
    vectors = encoder(settings, store)
    examples = kept_vectors(settings, store, vectors)
    understands = _understander(settings, playbook, vectors, examples, model)
    today = datetime.datetime.now().astimezone().date()
    return Conversation(playbook, understands, language_model=model, seed=b"", today=today)


async def playbooks_in_use(
    settings: Settings,
    names: Iterable[str],
    models: ModelStore,
    steady: SteadyEngines,
    lines: LineCache,
) -> dict[str, PlaybookInUse]:
    """These playbooks, read, understood and with their lines spoken, by name."""
    vectors, model = steady.encoder, steady.language_model
    examples = await asyncio.to_thread(kept_vectors, settings, models, vectors.strict)
    playbooks = {
        name: PlaybookInUse(
            name,
            lambda book: _understander(settings, book, vectors, examples, model),
            model,
            lambda book: _prepare_lines(lines, book, settings),
        )
        for name in names
    }
    for playbook in playbooks.values():
        await playbook.load()
    return playbooks


def _understander(
    settings: Settings,
    playbook: Playbook,
    encoder: SentenceEncoder,
    examples: KeptVectors,
    language_model: LanguageModel | None,
) -> Understander:
    return Understander(
        playbook,
        encoder,
        language_model=language_model,
        threshold=settings.dialogue.intent_threshold,
        examples=examples,
    )


async def _prepare_lines(lines: LineCache, playbook: Playbook, settings: Settings) -> None:
    own_lines = (settings.watchdog.moment_line, settings.admission.busy_line)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("Speaking the playbook's lines once", total=None, visible=False)
        await lines.prepare(
            (*playbook.speakable_texts(), *own_lines),
            lambda done, total: bar.update(task, completed=done, total=total, visible=True),
        )
