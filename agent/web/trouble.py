"""What is told when a page can't be had: one line, for people in the layout of the desk."""

from aiohttp import web
from aiohttp.typedefs import Handler

from agent.errors import UnderstudyError
from agent.web.page import desk_page


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 503 with the one line of an error, such as a database that is away.

    Programs get their errors as `api.models.Problem`.
    """
    try:
        return await handler(request)
    except UnderstudyError as error:
        told: web.HTTPException = web.HTTPServiceUnavailable(text=str(error))
    except web.HTTPError as error:
        told = error
    if request.path.startswith("/api/"):
        headers = {"Allow": told.headers["Allow"]} if "Allow" in told.headers else None
        problem = {"error": {"status": told.status, "message": told.text or told.reason}}
        return web.json_response(problem, status=told.status, headers=headers)
    if "text/html" not in request.headers.get("Accept", "") or "HX-Request" in request.headers:
        raise told
    return desk_page(
        request, "trouble.html", status=told.status, reason=told.reason, text=told.text
    )
