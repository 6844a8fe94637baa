"""Impact: which aligned goals a fact or a change touches."""
