"""Jinja for all pages: the product's own and those that commands write to files."""

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


def page_environment(*packages: str) -> Environment:
    """An environment over the `templates` folders of these packages, the first that has a name.

    What all pages share, such as `palette.css`, is always there. Values are escaped, and one that
    is missing is an error.
    """
    rooms = (*packages, "agent.pages")
    return Environment(
        loader=ChoiceLoader([PackageLoader(room) for room in rooms]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
