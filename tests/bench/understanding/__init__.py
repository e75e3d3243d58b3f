"""What share of callers' turns is understood, on true words and on what the recogniser hears.

`python -m tests.bench.understanding --help`
"""
