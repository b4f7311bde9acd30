"""Is this copy allowed here? A library: text and facts in, a report out.

Knows no Django, no records, no generator. `compliance.engine.check(copy)` is the door;
`compliance.base` has the words it speaks.
"""
