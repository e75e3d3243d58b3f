"""Turn-taking as pure policies: features and time go in, a decision comes out."""
