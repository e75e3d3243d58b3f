"""Whether the models in use are here, and whole."""

import asyncio
from collections.abc import Sequence

from agent.building.models import model_store
from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok, warn
from agent.speech.errors import CorruptModel, MissingModel
from agent.speech.store import ModelStatus, ModelStore

_SETTINGS = {
    "asr": "[speech] asr_model",
    "tts": "[speech] tts_voice",
    "embedding": "[speech] embedding_model",
    "vad": "[speech] vad_model",
    "llm": "[dialogue.language_model] model",
}


async def look(settings: Settings) -> Sequence[Finding]:
    """Presence, and the checksum where the catalogue has one."""
    store = model_store(settings)
    return await asyncio.to_thread(
        lambda: [_judge(store, row) for row in _in_use(store)] + _unknown(store, settings)
    )


def _in_use(store: ModelStore) -> list[ModelStatus]:
    return [row for row in store.list() if row.in_use and row.source != "settings"]


def _judge(store: ModelStore, row: ModelStatus) -> Finding:
    verdict = store.verify(row.name)
    setting = _SETTINGS[row.kind]
    match verdict.result:
        case "ok":
            return ok(f"{row.kind}: {row.name}, its checksum is right")
        case "unverified":
            return warn(
                f"{row.kind}: {row.name} has no checksum to compare with",
                "A damaged model can't be told.",
                f"understudy models fetch {row.name}",
            )
    return fail(
        f"{row.kind}: {row.name} is {'not here' if verdict.result == 'missing' else 'damaged'} "
        f"({verdict.detail})",
        "`understudy serve` does not start.",
        f"understudy models fetch {row.name}; or name another one in {setting} of understudy.toml",
    )


def _unknown(store: ModelStore, settings: Settings) -> list[Finding]:
    """Models that the settings name by path or by a name of their own."""
    findings = []
    for row in store.list():
        if not row.in_use or row.source != "settings":
            continue
        setting = _SETTINGS[row.kind]
        try:
            store.locate(row.kind, row.name)
        except (MissingModel, CorruptModel) as error:
            findings.append(
                fail(
                    f"{row.kind}: {error}",
                    "`understudy serve` does not start.",
                    f"Correct {setting} in understudy.toml: `understudy models list` shows what "
                    f"there is; empty or left out it is the one that comes with understudy",
                )
            )
        else:
            findings.append(ok(f"{row.kind}: {row.name}, named by the settings; no checksum"))
    return findings
