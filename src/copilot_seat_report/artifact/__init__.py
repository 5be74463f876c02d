"""The run's artifacts, straight to GitHub's Actions Results service.

There is no documented API for this. The protocol is that of GitHub's own client, @actions/artifact
(https://github.com/actions/toolkit/tree/main/packages/artifact): an artifact is created by name,
its content goes in blocks to the signed address that the service answers with, and it is finalized
with its size and digest. Until then nobody sees it.
"""
