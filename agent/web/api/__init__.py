"""`/api/v1`: calls, orders and the do-not-call register for programs.

    models (pydantic) -> endpoints -> routes, and the OpenAPI document that describes them

Answers are JSON; so are errors, all of one shape (`models.Problem`).
"""
