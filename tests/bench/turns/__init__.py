"""The turn-taking bench: seeded calls, replayed in virtual time through real detectors.

`python -m tests.bench.turns --help`; definitions are in `metrics.py`, mixing rules in `channel.py`.
"""
