"""Names and values as SQL text; nothing else puts a foreign string into a statement."""


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
