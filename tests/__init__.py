"""Tests, filed by whom a promise is made to."""
