"""How answers score: the registry of metrics, their formulas, and figures over many questions."""
