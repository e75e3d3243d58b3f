"""What a live call would need to go on, kept outside its process."""
