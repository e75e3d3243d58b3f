"""Calls from wherever they are, scored on the rubric."""
