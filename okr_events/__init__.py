"""The write side: what an organisation says about its OKRs, as immutable events."""
