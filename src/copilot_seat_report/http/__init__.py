"""How the action talks HTTP: retry policy, pacing, allowed addresses; for GitHub and artifacts."""
