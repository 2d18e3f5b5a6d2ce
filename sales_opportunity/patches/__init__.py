"""What brings data that was stored before to what it means now: each runs once, and twice without harm."""
