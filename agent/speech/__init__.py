"""Speech engines behind small Protocols: recognition, synthesis, activity, sentence vectors."""
