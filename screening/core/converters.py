"""A submission's reference in an address: importing this module makes `<reference:…>` known."""

from __future__ import annotations

from django.urls import register_converter


class ReferenceConverter:
    """A submission's reference, in either case: "K7M-4QX"."""

    regex = "[2-9A-Za-z]{3}-[2-9A-Za-z]{3}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


register_converter(ReferenceConverter, "reference")
