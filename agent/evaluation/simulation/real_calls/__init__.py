"""Simulated customers who ring a running agent through Asterisk, over real SIP and RTP."""
