"""Figures of the running process for Prometheus, with the dashboard and the alerts that read them.

    calls' journals      --> calls.py, media.py ------------------+
                                                                  +--> exposition.py --> /metrics
    counts of other parts --> parts.py, as watched.py and         |
    of the house              distributions.py describe them -----+

Nothing here names a caller: labels come from small fixed sets.
"""
