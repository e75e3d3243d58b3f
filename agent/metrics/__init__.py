"""Figures of the running process for Prometheus, with the dashboard and the alerts that read them.

    calls: journal's records --> calls.py, media.py --+
    pools of the models      --> pools.py ------------+--> exposition.py --> GET /metrics
    what else the house counts, read when asked ------+
                                 watched.py, parts.py

Nothing here names a caller: labels come from small fixed sets.
"""
