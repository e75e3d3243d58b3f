"""Calling out: whom, when and how often; who or what answered; one call and whole campaigns."""
