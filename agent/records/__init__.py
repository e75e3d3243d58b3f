"""What is left of a call: its record, written while it lives and read afterwards."""
