"""Colours of the charts, which people tell apart who see no red or green; as on the page."""

STATUS_COLOURS = {
    "active": "#2c6fb5",
    "new": "#8a94a3",
    "inactive": "#d97a2b",
    "no-activity": "#8f3d06",
}
# On GitHub's light ground it has a contrast of 4.5, on the dark one 4.2: more on both, none has.
BAR_COLOUR = "#3579c2"
