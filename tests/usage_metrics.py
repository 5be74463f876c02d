"""GitHub's usage metrics, made up: records of people's days, and the second host with the files.

The records are those of GitHub's example schema and of real reports, which lack now this field, now
that one.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from tests import made_up
from tests.loopback import Answer, LoopbackServer, Request
from tests.made_up import NOW, Json

# The report ends two days before it is read.
LAST_DAY = NOW.date() - timedelta(days=2)
FIRST_DAY = LAST_DAY - timedelta(days=27)

EXPIRED = Answer(
    403,
    b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code>'
    b"<Message>Server failed to authenticate the request. Make sure the value of Authorization "
    b"header is formed correctly including the signature.</Message><AuthenticationErrorDetail>"
    b"Signature not valid in the specified time frame</AuthenticationErrorDetail></Error>",
    {"Content-Type": "application/xml"},
)


def record(
    number: int,
    days_ago: float | None = 3,
    *,
    interactions: int = 4,
    credits_used: float | None = 2.5,
    without: Iterable[str] = (),
    **changes: object,
) -> Json:
    """One day of `person-{number}`, so many days before `NOW` (None: the record has no day)."""
    counts = {
        "user_initiated_interaction_count": interactions,
        "code_generation_activity_count": 2 * interactions,
        "code_acceptance_activity_count": interactions,
        "loc_suggested_to_add_sum": 12 * interactions,
        "loc_suggested_to_delete_sum": 0,
        "loc_added_sum": 5 * interactions,
        "loc_deleted_sum": interactions,
    }
    whole: Json = {
        "report_start_day": f"{FIRST_DAY}",
        "report_end_day": f"{LAST_DAY}",
        "day": None if days_ago is None else f"{NOW.date() - timedelta(days=days_ago)}",
        "organization_id": str(made_up.number_of("acme")),
        "enterprise_id": "77",
        "user_id": 1000 + number,
        "user_login": f"person-{number:04}",
        "ai_credits_used": credits_used,
        **counts,
        "used_agent": interactions > 3,
        "used_chat": interactions > 0,
        "used_cli": False,
        "used_copilot_app": False,
        "used_copilot_coding_agent": False,
        "used_copilot_cloud_agent": False,
        "used_copilot_code_review_active": False,
        "used_copilot_code_review_passive": True,
        "ai_adoption_phase": {"phase_number": 2, "phase": "Phase 2", "version": "v1"},
        "totals_by_ide": [
            {
                "ide": "vscode",
                **counts,
                "last_known_ide_version": {
                    "sampled_at": "2026-10-30T10:00:00Z",
                    "ide_version": "1.105.1",
                },
            }
        ],
        "totals_by_feature": [{"feature": "chat_panel_agent_mode", **counts}],
        "totals_by_language_feature": [
            {"language": language, "feature": "code_completion", **counts}
            for language in ("python", "typescript", "yaml", '{braces} and \\"quotes\\"')
        ],
        "totals_by_model_feature": [
            {"model": model, "feature": "chat_panel_agent_mode", **counts}
            for model in ("auto", "gpt-5", "claude-sonnet-4.5")
        ],
        **changes,
    }
    for key in without:
        del whole[key]
    if days_ago is None:
        del whole["day"]
    return whole


def reduced(number: int, days_ago: float | None = 3, *, credits_used: float | None = 2.5) -> Json:
    """A record without flags, counters and blocks; also without a day, and without credits."""
    fields = {
        "day": None if days_ago is None else f"{NOW.date() - timedelta(days=days_ago)}",
        "user_id": 1000 + number,
        "user_login": f"person-{number:04}",
        "ai_credits_used": credits_used,
    }
    return {key: value for key, value in fields.items() if value is not None}


def lines(records: Iterable[Json]) -> bytes:
    """NDJSON, which is what GitHub writes."""
    return b"".join(json.dumps(each, separators=(",", ":")).encode() + b"\n" for each in records)


class ReportFiles(LoopbackServer):
    """The host that the links lead to; it knows `files` by their path, and takes no token.

    A link is good for as long as its signature is `signature`: to let all expire, change that.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.signature = 1
        super().__init__()

    def respond(self, request: Request) -> Answer:
        if "authorization" in request.headers or request.token:
            return Answer(400, b"<Error><Code>InvalidAuthenticationInfo</Code></Error>")
        if request.query.get("sig") != str(self.signature):
            return EXPIRED
        if request.path not in self.files:
            return Answer(404, b"<Error><Code>BlobNotFound</Code></Error>")
        return Answer(200, self.files[request.path], {"Content-Type": "application/octet-stream"})

    def link(self, path: str) -> str:
        """The signed address of a file, as it is now."""
        return f"{self.url}{path}?sv=2025-01-05&se=2026-11-02T07%3A00%3A00Z&sig={self.signature}"


def user_report(
    host: ReportFiles,
    *files: bytes | Sequence[Json],
    name: str = "acme",
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
) -> Callable[[], Json]:
    """Put files on the host; return what makes GitHub's answer about them."""
    paths = []
    for number, content in enumerate(files):
        path = f"/reports/{name}/part-{number:05}.json"
        host.files[path] = content if isinstance(content, bytes) else lines(content)
        paths.append(path)
    return lambda: {
        "download_links": [host.link(path) for path in paths],
        "report_start_day": f"{first}",
        "report_end_day": f"{last}",
    }
