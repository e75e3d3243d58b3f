from tests.dialogue.conftest import minilm

__all__ = ["minilm"]
