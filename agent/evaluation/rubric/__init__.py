"""The 22 criteria of a call, the rules that score it, and the gates apart from them."""
