"""The colours of the charts, as on the page; colour-blind people can distinguish them."""

STATUS_COLOURS = {
    "active": "#2c6fb5",
    "new": "#8a94a3",
    "inactive": "#d97a2b",
    "no-activity": "#8f3d06",
}
BAR_COLOUR = STATUS_COLOURS["active"]
