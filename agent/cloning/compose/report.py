"""What composing used, what it left out and what is missing: 7-compose/report.md."""

from collections import Counter

from agent.cloning.compose.composition import Composition


def report_text(composition: Composition, refused: tuple[str, ...]) -> str:
    """Markdown for the person who reviews the playbook."""
    book, not_used = composition.book, composition.not_used
    kinds = Counter(place.partition(".")[0] for place in composition.origins)
    own = len(book["lines"]) - kinds["lines"]
    lines = [
        f"# {book['playbook']['title']}, version {book['playbook']['version']}",
        "",
        f"For: {book['objective']['primary']} (`{book['objective']['definition_of_done']}`).",
        f"Stages: {_way(composition)}.",
        f"Facts from calls: {kinds['facts']}. Objections: {kinds['objections']}. Intents with "
        f"customers' words: {kinds['intents']}. Slots: {kinds['slots']}.",
        f"Lines: {kinds['lines']} from calls, {own} of the house.",
    ]
    if refused:
        lines += ["", "## Decisions that can't be taken over", ""]
        lines += [f"- {why}" for why in refused]
    lines += ["", "## Where the recordings gave nothing to say", ""]
    lines += [f"- `{gap.place}`: {gap.why}" for gap in not_used.gaps] or ["Nowhere."]
    lines += ["", "## Left out", ""]
    lines += [f"- `{out.item}`: {out.why}: “{out.text}”" for out in not_used.left_out] or [
        "Nothing."
    ]
    return "\n".join([*lines, ""])


def _way(composition: Composition) -> str:
    """The mined stages in the order in which a willing caller goes through them."""
    stages = composition.book["stages"]
    mined = [stage["id"] for stage in stages if f"stages.{stage['id']}" in composition.origins]
    return " → ".join(mined) or "none were learned"
