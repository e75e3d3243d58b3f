"""Traces of calls for OpenTelemetry, off unless `telemetry.endpoint` is set.

    call            |--------------------------------------------------|
      answer        |-|
      turn                    |----------|        |--------|
        endpointing           |-----|             |----|
        asr                         |--|               |-|
        decision                       |-|               ||
        tts                              |-|              |-|

A turn is what the caller waits for: from its last sound to the agent's first one. Nothing that
anybody said is in a trace, and no number.
"""
