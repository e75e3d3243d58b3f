"""Encryption at rest: keys, sealed values and sealed files."""
