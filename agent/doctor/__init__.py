"""Whether this installation works: each check looks at one part and says what would mend it."""
