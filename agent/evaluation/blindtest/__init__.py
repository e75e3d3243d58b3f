"""People against agent, judged blind: the kit of pages, what raters sent back, and what it shows.

    make     calls -> scenario -> matching -> wording (and voices) -> schedule -> kit -> pages
    collect  ratings -> disagreements -> the third rater's page
    report   unblinding -> findings -> told

Raters see no time, no name and no number of a call; who is who stands in the key alone, and the kit
holds the key's digest.
"""
