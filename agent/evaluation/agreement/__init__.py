"""How far two raters, or a rater and the software, agree on the criteria."""
