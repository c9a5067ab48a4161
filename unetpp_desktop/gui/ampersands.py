"""Names that people gave, as texts of buttons and menus."""


def doubled(name: str) -> str:
    """What a button or a menu shows as ``name``: Qt takes a single ampersand for the mark of a key."""
    return name.replace("&", "&&")
