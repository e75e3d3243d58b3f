"""Understudy: an on-prem voice agent for Asterisk."""

__version__ = "0.1.0"
