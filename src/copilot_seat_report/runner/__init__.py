"""The runner's side: environment, log, outputs and summary file, signals."""
