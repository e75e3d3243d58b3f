"""How well values get from a caller's mouth into the call's slots."""
