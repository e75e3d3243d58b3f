"""Figures of the running process for Prometheus, with the dashboard and the alerts that read them.

    calls' journals    --> calls.py, turn_taking.py, media.py --+
                                                                +--> exposition.py --> /metrics
    what others count  --> parts.py, pbx.py, engines.py --------+

The first are counted as calls report; the others are read when Prometheus asks (watched.py,
distributions.py), and house.py says which. Nothing here names a caller: labels come from small
fixed sets.
"""
