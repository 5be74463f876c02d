"""The least that a report of all seats takes: decode the pages, one DataFrame, one to_csv.

The pages are files, gzipped as GitHub sends them; the standard library decodes them.
"""

import gzip
import json
import sys
from pathlib import Path

import pandas as pd

pages, csv = map(Path, sys.argv[1:])
rows = [
    {
        "login": (seat.get("assignee") or {}).get("login"),
        "user_id": (seat.get("assignee") or {}).get("id"),
        "organization": (seat.get("organization") or {}).get("login"),
        "assigning_team": (seat.get("assigning_team") or {}).get("name"),
        "created_at": seat["created_at"],
        "last_activity_at": seat.get("last_activity_at"),
        "last_activity_editor": seat.get("last_activity_editor"),
        "last_authenticated_at": seat.get("last_authenticated_at"),
        "plan_type": seat.get("plan_type"),
        "pending_cancellation_date": seat.get("pending_cancellation_date"),
    }
    for page in sorted(pages.iterdir())
    for seat in json.loads(gzip.decompress(page.read_bytes()))["seats"]
]
pd.DataFrame(rows).to_csv(csv, index=False)
