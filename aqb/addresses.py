"""Parts of addresses that are ours: `<ags:ags>` is a Hessian district's official key and nothing else."""

from django.urls import register_converter


class Ags:
    """Five digits beginning with 06; any other text is not an address of ours and answers 404."""

    regex = "06[0-9]{3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Ags, "ags")
