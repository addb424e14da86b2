"""Questions to the machine that several checks share; each gives back a fact.

A probe is a function marked with `@probe`; its return annotation is the type of its fact, a frozen
record of plain values that can be written as JSON. Facts carry no secret.
"""
