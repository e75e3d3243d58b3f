"""Past calls by what they were and what was said in them, fast at 100,000 calls.

CallsWanted (filters, words) -> conditions -> Finder.page: newest first, keyset paging
"""
