"""Simulated calls with sound, in virtual time: the live call itself, and a customer on its line."""
