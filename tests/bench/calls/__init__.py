"""Real calls through Asterisk, measured from packet times at the caller."""
