"""Representations: rows as the API answers them, with words decrypted and people named."""
