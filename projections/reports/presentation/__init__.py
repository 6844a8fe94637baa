"""Telling: reports as documents, put in words for those who read them."""
