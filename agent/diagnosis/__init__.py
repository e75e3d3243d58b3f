"""What went wrong in a call, in words, from its record alone.

    record -> Case -> each rule of rules/ -> findings, the worst first -> text or JSON

A rule is a pure function of the case; thresholds are in `limits`. A finding says when, what, on
what evidence, what the likely cause is and what to do about it.
"""
