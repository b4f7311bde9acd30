"""Make candidates. A library: a request in, named fields out.

Knows no Django and no records. `generators.base` is the contract that plugins implement,
`generators.registry` finds them by entry point and loads each in its own time.
"""
