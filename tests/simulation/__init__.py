"""Whole calls as text: seeded callers, a language model that lies, an oracle that counts."""
