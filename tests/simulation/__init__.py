"""Whole calls as text: seeded callers and a language model that lies."""
