"""Parts of addresses that are ours.

`<ags:ags>` is a Hessian district's official key and nothing else, `<format:format>` the ending of a table.
"""

from django.urls import register_converter

from aqb.tables.columns import Format


class Ags:
    """Five digits beginning with 06; any other text is not an address of ours and answers 404."""

    regex = "06[0-9]{3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TableFormat:
    """One of the formats in which tables are handed out."""

    regex = "|".join(Format)

    def to_python(self, value: str) -> Format:
        return Format(value)

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(Ags, "ags")
register_converter(TableFormat, "format")
