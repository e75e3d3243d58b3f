"""`understudy init`: five answers become settings, secrets and what the PBX includes."""
