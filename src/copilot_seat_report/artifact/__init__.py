"""The run's artifacts, uploaded to GitHub's Actions Results service.

This API is not documented. The protocol is that of GitHub's own client, @actions/artifact
(https://github.com/actions/toolkit/tree/main/packages/artifact): create an artifact by name, upload
its content in blocks to the signed URL in the response, and finalize it with its size and digest.
Nobody can see it before that.
"""
