"""What a request brings, read so that a body which is not what it says is the sender's mistake."""

from collections.abc import Mapping

from aiohttp import web


async def form_of(request: web.Request) -> Mapping[str, str]:
    """The fields of a form, a file as its name. Raises HTTPBadRequest.

    aiohttp decodes by whatever character set the request names (LookupError for one that does not
    exist) and raises ValueError, of several kinds, for parts and bytes that are no form.
    """
    try:
        fields = await request.post()
    except (ValueError, LookupError, AssertionError) as error:
        raise web.HTTPBadRequest(
            text=f"The form can't be read ({str(error)[:100]}): send it in UTF-8."
        ) from None
    return {
        name: value.filename if isinstance(value, web.FileField) else str(value)
        for name, value in fields.items()
    }
