"""The aligned objectives and the numbers that an event affects."""
