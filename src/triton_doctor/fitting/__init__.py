"""How much GPU memory vLLM will take for a model, worked out before anything is loaded. Pure.

`model(config)` reads a checkpoint's config.json, `engine(...)` what vLLM makes of model.json, and
`estimate(...)` puts the two on a card. Bytes throughout; sources stand where the rules do.
"""
