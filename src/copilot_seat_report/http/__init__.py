"""HTTP for GitHub's API and the artifact service: retries, pacing, proxies, certificates."""
