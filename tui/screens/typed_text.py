"""What a key or a paste makes of the text of a field in a form."""

from textual import events


def after_key(event: events.Key, text: str, *, goes_on: bool) -> str | None:
    """Return a field's text after a key; None if the key types nothing.

    Parameters
    ----------
    event : Key
        The key.
    text : str
        The field's text before it.
    goes_on : bool
        Whether one is typing there already; otherwise a character takes the place of the text.
    """
    if event.key == "backspace":
        return text[:-1]
    if event.key in ("ctrl+u", "delete"):
        return ""
    if event.character is not None and event.is_printable:
        return (text if goes_on else "") + event.character
    return None


def after_paste(event: events.Paste, text: str, *, goes_on: bool) -> str | None:
    """Return a field's text after a paste, of which the first line counts; None without one."""
    lines = event.text.strip().splitlines()
    if not lines:
        return None
    return (text if goes_on else "") + "".join(filter(str.isprintable, lines[0]))
